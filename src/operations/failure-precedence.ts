import type { FailureKind, TidingsError } from '../core/errors.js'

/** If several failures happened, the user is told the one whose kind stands first in this list. */
const ORDER: readonly FailureKind[] = [
  'usage',
  'output',
  'bad-input',
  'refused',
  'connect',
  'unfinished',
  'wrong-messages',
  'too-few-received',
  'nothing-received',
  'interrupted'
]

/** The failure whose kind counts most; `undefined` if there is no failure. Of two failures of one kind, the first one counts. */
export function weightiestFailure(failures: readonly (TidingsError | undefined)[]): TidingsError | undefined {
  let weightiest: TidingsError | undefined
  for (const failure of failures) {
    if (failure === undefined) continue
    if (weightiest === undefined || ORDER.indexOf(failure.kind) < ORDER.indexOf(weightiest.kind))
      weightiest = failure
  }
  return weightiest
}
