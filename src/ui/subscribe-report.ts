import type { BrokerTraits, Grant, Subscription } from '../core/connection.js'
import { counted } from '../core/counted.js'
import { formatDuration } from '../core/duration.js'
import { formatGrouped } from '../core/grouped-number.js'
import type { SubscriberWish } from '../core/subscriber-wish.js'

/** The line for the user once every subscription was granted. */
export function subscribedLine(patterns: readonly string[], broker: BrokerTraits): string {
  const session = broker.resumed ? ', session resumed' : ''
  return `Subscribed to ${patterns.join(', ')} at ${broker.url} (${broker.protocol}${session})`
}

/** The closing line: how many messages came, how fast, and for how long. Nothing is said where none was wanted. */
export function receivedLine(
  outcome: { readonly received: number; readonly unmatched?: number; readonly elapsed: number },
  count: number | undefined
): string | undefined {
  const { received, unmatched = 0, elapsed } = outcome
  if (count === 0) return undefined
  // One message has no rate.
  const rate = received > 1 && elapsed > 0 ? `${formatRate((received / elapsed) * 1_000_000)}, ` : ''
  const others = unmatched > 0 ? `; ${formatGrouped(unmatched)} did not match` : ''
  return `Received ${counted(received)}: ${rate}${formatDuration(elapsed / 1000)}${others}`
}

/** A rate, given per second; slow ones are told per minute or hour. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 100) return `${formatGrouped(Math.round(perSecond))}/s`
  if (perSecond >= 1) return `${perSecond.toFixed(1)}/s`
  return perSecond * 60 >= 1 ? `${(perSecond * 60).toFixed(1)}/min` : `${(perSecond * 3600).toFixed(1)}/h`
}

/** One warning for each subscription that was granted with less than was asked for. */
export function deniedQosWarnings(
  subscriptions: readonly Subscription[],
  grants: readonly Grant[]
): string[] {
  // A pattern that another pattern covers was not asked for, and so it was not granted.
  return grants.flatMap(({ pattern, guarantee: granted }) => {
    const guarantee = subscriptions.find((subscription) => subscription.pattern === pattern)?.guarantee ?? 0
    return granted !== undefined && granted < guarantee
      ? [`"${pattern}" was granted with QoS ${granted} instead of ${guarantee}`]
      : []
  })
}

/** What is warned of before much of what the broker retains may be missing; undefined if all of it comes. */
export function retainedWarning(
  { subscriptions, retained }: Pick<SubscriberWish, 'subscriptions' | 'retained'>,
  { mayDropRetained, protocol }: BrokerTraits
): string | undefined {
  const isAsked = retained !== 'skip' && subscriptions.some(({ guarantee, group }) => guarantee > 0 && !group)
  return mayDropRetained && isAsked
    ? `over ${protocol} a broker may drop some of many retained messages (mosquitto beyond 1000); --qos 0 or --protocol 5 takes all of them`
    : undefined
}
