import type { MqttClient } from 'mqtt'
import type { Grant, MqttTraits, Subscription } from '../../core/connection.js'
import { sharedFilter } from './channel-grammar.js'
import { WITHOUT_GROUPS } from './mqtt-capabilities.js'
import { formatReason, REASON } from './reason-codes.js'

/** What goes into one SUBSCRIBE packet: mqtt.js takes options for a whole list of patterns. */
interface Group {
  readonly options: { qos: 0 | 1 | 2; nl: boolean; rap: boolean; rh: 0 | 1 | 2 }
  readonly filters: string[]
}

/**
 * Subscribes, and reads what the broker granted, pattern by pattern. A subscription that needs what the broker has said it lacks is refused
 * without asking. Rejects only when the connection is lost before the answer.
 */
export async function sendSubscriptions(
  client: MqttClient,
  subscriptions: readonly Subscription[],
  traits: MqttTraits
): Promise<Grant[]> {
  const granted = new Map<string, Grant>()
  const groups = new Map<string, Group>()
  for (const subscription of subscriptions) {
    const refusal = whyImpossible(subscription, traits)
    if (refusal !== undefined) {
      granted.set(filterOf(subscription), { pattern: subscription.pattern, guarantee: undefined, ...refusal })
      continue
    }
    const options = {
      qos: subscription.guarantee,
      nl: subscription.mqtt?.noLocal === true,
      rap: subscription.mqtt?.retainAsPublished === true,
      rh: subscription.mqtt?.retainHandling ?? 0
    }
    const key = JSON.stringify(options)
    const group = groups.get(key) ?? { options, filters: [] }
    groups.set(key, group)
    group.filters.push(filterOf(subscription))
  }
  const answers = await Promise.all([...groups.values()].map((group) => sendGroup(client, group)))
  for (const grant of answers.flat()) granted.set(grant.pattern, grant)
  return subscriptions.map((subscription) => {
    const { pattern } = subscription
    const grant = granted.get(filterOf(subscription))
    return grant === undefined
      ? { pattern, guarantee: undefined, reason: 'no answer' }
      : { ...grant, pattern }
  })
}

/** The topic filter of a subscription, as SUBSCRIBE says it. */
function filterOf({ group, pattern }: Subscription): string {
  return group === undefined ? pattern : sharedFilter(group, pattern)
}

/** Uses mqtt.js's list form. Its object form drops a pattern called "resubscribe", and reorders numbers. */
function sendGroup(client: MqttClient, { options, filters }: Group): Promise<Grant[]> {
  return new Promise((resolve, reject) => {
    client.subscribe(filters, options, (error, _granted, packet) => {
      const codes = packet?.granted
      if (codes === undefined) return reject(error ?? new Error('the broker did not answer'))
      // mqtt.js closes the connection over a wrong number of codes; that end is reported elsewhere.
      if (codes.length !== filters.length) return reject(error ?? new Error('wrong number of answers'))
      resolve(filters.map((filter, index) => readGrant(filter, Number(codes[index]), reasonOf(packet))))
    })
  })
}

function reasonOf(packet: { properties?: { reasonString?: string } } | undefined): string | undefined {
  return packet?.properties?.reasonString
}

function readGrant(pattern: string, code: number, reasonString: string | undefined): Grant {
  if (code === 0 || code === 1 || code === 2) return { pattern, guarantee: code }
  const reason =
    code === REASON.unspecified && reasonString === undefined ? 'refused' : formatReason(code, reasonString)
  return { pattern, guarantee: undefined, reason }
}

function whyImpossible(
  subscription: Subscription,
  traits: MqttTraits
): Pick<Grant, 'reason' | 'suggestion'> | undefined {
  const isShared = subscription.group !== undefined
  if (isShared && traits.sharedAvailable === false)
    return { reason: 'the broker offers no shared subscriptions', suggestion: WITHOUT_GROUPS }
  // A protocol error [MQTT-3.8.3-4], over which the broker would close the connection.
  if (isShared && subscription.mqtt?.noLocal)
    return { reason: 'a shared subscription cannot leave out own messages (--no-local)' }
  if (/[+#]/.test(subscription.pattern) && !traits.wildcardsAvailable)
    return { reason: 'the broker offers no wildcards' }
  return undefined
}
