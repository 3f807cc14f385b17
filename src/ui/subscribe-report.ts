import type { BrokerTraits, Grant, Subscription } from '../core/connection.js'

/** What is said once every subscription was granted. */
export function subscribedLine(patterns: readonly string[], broker: BrokerTraits): string {
  const session = broker.sessionPresent ? ', session resumed' : ''
  return `Subscribed to ${patterns.join(', ')} at ${broker.url} (MQTT ${broker.protocol}${session})`
}

/** One warning for each subscription that was granted with less than was asked for. */
export function deniedQosWarnings(
  subscriptions: readonly Subscription[],
  grants: readonly Grant[]
): string[] {
  return subscriptions.flatMap(({ pattern, qos }, index) => {
    const granted = grants[index]?.qos
    return granted !== undefined && granted < qos
      ? [`"${pattern}" was granted with QoS ${granted} instead of ${qos}`]
      : []
  })
}
