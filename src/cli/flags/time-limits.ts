import type { FlagValues } from './flag-values.js'
import type { SubscriptionFlags } from './subscription.js'
import { durationFlag, limitOf } from './values.js'

/** The flags that say when receiving ends, whatever has come by then. */
export const timeLimitFlags = {
  timeout: durationFlag({ char: 't', summary: 'end after this time' }),
  idle: durationFlag({ summary: 'end when nothing came for this long' })
}

/** Milliseconds. A broker sends its retained messages at once, so no message for this long means that all of them have come. */
const QUIET = 500

/**
 * Milliseconds after which to end, and without a message after which to end; undefined: never. `--retained only` ends without --idle, too,
 * since no other messages are wanted.
 */
export function timeLimitsOf(
  flags: FlagValues<typeof timeLimitFlags> & Pick<SubscriptionFlags, 'retained'>
): { readonly timeout: number | undefined; readonly idle: number | undefined } {
  const { timeout, idle, retained } = flags
  return {
    timeout: limitOf(timeout),
    idle: idle === undefined && retained === 'only' ? QUIET : limitOf(idle)
  }
}
