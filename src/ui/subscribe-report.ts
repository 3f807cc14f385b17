import type { BrokerTraits, Grant, Subscription } from '../core/connection.js'

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
