import type { MqttClient } from 'mqtt'
import type { BrokerTraits, Grant, Subscription } from '../../core/connection.js'
import { formatReason } from './reason-codes.js'

/** What goes into one SUBSCRIBE packet: mqtt.js takes options for a whole list of patterns. */
interface Group {
  readonly options: { qos: 0 | 1 | 2; nl: boolean; rap: boolean; rh: 0 | 1 | 2 }
  readonly patterns: string[]
}

/**
 * Subscribes and reads what the broker granted, pattern by pattern. What the broker has said that it cannot do is refused here.
 * Rejects only when the connection is lost before the answer.
 */
export async function sendSubscriptions(
  client: MqttClient,
  subscriptions: readonly Subscription[],
  traits: BrokerTraits
): Promise<Grant[]> {
  const granted = new Map<string, Grant>()
  const groups = new Map<string, Group>()
  for (const subscription of subscriptions) {
    const reason = whyImpossible(subscription, traits)
    if (reason !== undefined) {
      granted.set(subscription.pattern, { pattern: subscription.pattern, qos: undefined, reason })
      continue
    }
    const options = {
      qos: subscription.qos,
      nl: subscription.noLocal === true,
      rap: subscription.retainAsPublished === true,
      rh: subscription.retainHandling ?? 0
    }
    const key = JSON.stringify(options)
    const group = groups.get(key) ?? { options, patterns: [] }
    groups.set(key, group)
    group.patterns.push(subscription.pattern)
  }
  const answers = await Promise.all([...groups.values()].map((group) => sendGroup(client, group)))
  for (const grant of answers.flat()) granted.set(grant.pattern, grant)
  return subscriptions.map(
    ({ pattern }) => granted.get(pattern) ?? { pattern, qos: undefined, reason: 'no answer' }
  )
}

/** mqtt.js's list form, never its object form: that drops a pattern called "resubscribe" and reorders numbers. */
function sendGroup(client: MqttClient, { options, patterns }: Group): Promise<Grant[]> {
  return new Promise((resolve, reject) => {
    client.subscribe(patterns, options, (error, _granted, packet) => {
      const codes = packet?.granted
      if (codes === undefined) return reject(error ?? new Error('the broker did not answer'))
      // mqtt.js closes the connection over a wrong number of codes; that end is reported elsewhere.
      if (codes.length !== patterns.length) return reject(error ?? new Error('wrong number of answers'))
      resolve(patterns.map((pattern, index) => readGrant(pattern, Number(codes[index]), reasonOf(packet))))
    })
  })
}

function reasonOf(packet: { properties?: { reasonString?: string } } | undefined): string | undefined {
  return packet?.properties?.reasonString
}

function readGrant(pattern: string, code: number, reasonString: string | undefined): Grant {
  if (code === 0 || code === 1 || code === 2) return { pattern, qos: code }
  const reason = code === 0x80 && reasonString === undefined ? 'refused' : formatReason(code, reasonString)
  return { pattern, qos: undefined, reason }
}

function whyImpossible(subscription: Subscription, traits: BrokerTraits): string | undefined {
  const isShared = subscription.pattern.startsWith('$share/')
  if (isShared && traits.sharedAvailable === false) return 'the broker offers no shared subscriptions'
  // A protocol error [MQTT-3.8.3-4], over which the broker would close the connection.
  if (isShared && subscription.noLocal) return 'a shared subscription cannot leave out own messages'
  if (/[+#]/.test(subscription.pattern) && !traits.wildcardsAvailable) {
    return 'the broker offers no wildcards'
  }
  return undefined
}
