import type { Subscription } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import type { Protocol } from '../core/protocol.js'

/**
 * Checks, before a socket opens, that a broker of the protocol can grant the subscriptions.
 * @param session the name of the session that they are for, if any
 * @throws TidingsError of kind usage for the first one that none can grant
 */
export function checkSubscriptions(
  protocol: Pick<Protocol, 'whyNotSubscribed'>,
  subscriptions: readonly Subscription[],
  session?: string
): void {
  for (const subscription of subscriptions) {
    const whyNot = protocol.whyNotSubscribed?.(subscription, session)
    if (whyNot === undefined) continue
    const { reason, ...todo } = whyNot
    throw new TidingsError('usage', `cannot subscribe to "${subscription.pattern}": ${reason}`, {
      code: 'subscription-impossible',
      ...todo
    })
  }
}
