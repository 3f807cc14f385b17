import type { FlagValues } from './flag-values.js'
import type { SubscriptionFlags } from './subscription.js'
import { durationFlag, limitOf } from './values.js'

/** The flags that say when receiving ends, whatever has come by then. */
export const timeLimitFlags = {
  timeout: durationFlag({ char: 't', summary: 'end after this time' }),
  idle: durationFlag({ summary: 'end when nothing came for this long' })
}

/** What a broker keeps comes at once: quiet for this long means that all of it has come, in milliseconds. */
const QUIET = 500

/**
 * When the flags say to end; in milliseconds. Whoever wants retained messages only wants no others, and needs no --idle to end behind
 * them.
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
