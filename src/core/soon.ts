import type { CheckOptions } from './broker-check.js'
import { TidingsError } from './errors.js'

/**
 * The value of `answer`; `undefined` if it takes longer than the check's patience.
 * @throws TidingsError interrupted if the user stops the check
 */
export async function soon<T>(
  answer: Promise<T>,
  { clock, patience, stop }: Pick<CheckOptions, 'clock' | 'patience' | 'stop'>
): Promise<T | undefined> {
  const over = new AbortController()
  const deadline = clock.monotonic() + patience * 1000
  const late = clock.sleepUntil(deadline, AbortSignal.any([over.signal, stop])).then(() => undefined)
  try {
    const value = await Promise.race([answer, late])
    if (!stop.aborted) return value
  } finally {
    over.abort()
  }
  throw new TidingsError('interrupted', 'interrupted: the check is not complete', {
    code: 'interrupted',
    details: { signal: String(stop.reason) }
  })
}
