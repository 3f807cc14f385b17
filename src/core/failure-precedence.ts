import type { FailureKind, TidingsError } from './errors.js'

/** Which failure is told where several happened: the first of these. */
const ORDER: readonly FailureKind[] = [
  'usage',
  'output',
  'bad-input',
  'refused',
  'connect',
  'unfinished',
  'too-few-received',
  'nothing-received',
  'interrupted'
]

/** The failure that counts most; `undefined` if there is none. Of two of a kind it is the first. */
export function weightiestFailure(failures: readonly (TidingsError | undefined)[]): TidingsError | undefined {
  let weightiest: TidingsError | undefined
  for (const failure of failures) {
    if (failure === undefined) continue
    if (weightiest === undefined || ORDER.indexOf(failure.kind) < ORDER.indexOf(weightiest.kind))
      weightiest = failure
  }
  return weightiest
}
