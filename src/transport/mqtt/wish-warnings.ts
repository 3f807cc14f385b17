import type { Subscription } from '../../core/connection.js'
import type { MqttBrokerTraits } from './broker-traits.js'
import { firstOverlap } from './overlapping-subscriptions.js'

/** A line for each wish of subscriptions that this broker meets only in part. */
export function wishWarnings(subscriptions: readonly Subscription[], broker: MqttBrokerTraits): string[] {
  const { version, identifiersAvailable } = broker.mqtt
  const isLocalHeard = version === '3.1.1' && subscriptions.some(({ mqtt }) => mqtt?.noLocal)
  const [one, other] = (identifiersAvailable ? undefined : firstOverlap(subscriptions)) ?? []
  return [
    ...(isLocalHeard ? ['the broker speaks MQTT 3.1.1: --no-local has no effect'] : []),
    ...(one === undefined
      ? []
      : [
          `"${one}" and "${other}" overlap: over ${broker.protocol} this broker may send twice what both match`
        ])
  ]
}
