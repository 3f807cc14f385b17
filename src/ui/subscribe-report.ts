import type { BrokerTraits, Grant, Subscription } from '../core/connection.js'

/** What is said once every subscription was granted. */
export function subscribedLine(patterns: readonly string[], broker: BrokerTraits): string {
  const session = broker.resumed ? ', session resumed' : ''
  return `Subscribed to ${patterns.join(', ')} at ${broker.url} (${broker.protocol}${session})`
}

/** One warning for each subscription that was granted with less than was asked for. */
export function deniedQosWarnings(
  subscriptions: readonly Subscription[],
  grants: readonly Grant[]
): string[] {
  return subscriptions.flatMap(({ pattern, guarantee }, index) => {
    const granted = grants[index]?.guarantee
    return granted !== undefined && granted < guarantee
      ? [`"${pattern}" was granted with QoS ${granted} instead of ${guarantee}`]
      : []
  })
}
