import type { BrokerTraits, Grant, Subscription } from '../core/connection.js'
import type { SubscriberWish } from '../core/subscriber-wish.js'

/** The line for the user once every subscription was granted. */
export function subscribedLine(patterns: readonly string[], broker: BrokerTraits): string {
  const session = broker.resumed ? ', session resumed' : ''
  return `Subscribed to ${patterns.join(', ')} at ${broker.url} (${broker.protocol}${session})`
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
