import type { MqttClient } from 'mqtt'
import type { Grant, MqttTraits, Subscription } from '../../core/connection.js'
import type { Guarantee } from '../../core/message.js'
import { sharedFilter } from './channel-grammar.js'
import { WITHOUT_GROUPS } from './mqtt-capabilities.js'
import type { IdentifiedSubscription } from './overlapping-subscriptions.js'
import { formatReason, REASON } from './reason-codes.js'

/** What goes into one SUBSCRIBE packet: mqtt.js takes options for a whole list of patterns. */
interface Group {
  readonly options: {
    qos: 0 | 1 | 2
    nl: boolean
    rap: boolean
    rh: 0 | 1 | 2
    properties?: { subscriptionIdentifier: number }
  }
  readonly filters: string[]
}

/** One topic filter of a SUBSCRIBE packet. */
interface Wish {
  readonly subscription: IdentifiedSubscription
  readonly qos: Guarantee
  readonly retainHandling: 0 | 1 | 2
  readonly identifier: number | undefined
}

/** The connection was lost before the broker had answered everything. */
export class SubscribeUnanswered extends Error {
  /** @param isAnsweredInPart whether the broker had answered something */
  constructor(readonly isAnsweredInPart: boolean) {
    super('the broker did not answer')
  }
}

/**
 * Subscribes, and reads what the broker granted, pattern by pattern. A subscription that needs what the broker has said it lacks is refused
 * without asking. Rejects with `SubscribeUnanswered` when the connection is lost before the last answer, and with nothing else.
 */
export async function sendSubscriptions(
  client: MqttClient,
  subscriptions: readonly IdentifiedSubscription[],
  traits: MqttTraits
): Promise<Grant[]> {
  const granted = new Map<string, Grant>()
  const wishes: Wish[] = []
  for (const subscription of subscriptions) {
    const refusal = whyImpossible(subscription, traits)
    if (refusal === undefined) wishes.push(wishOf(subscription, traits))
    else
      granted.set(filterOf(subscription), { pattern: subscription.pattern, guarantee: undefined, ...refusal })
  }
  // The lowest identifier first: what comes before the others are known counts as theirs, too.
  wishes.sort((one, other) => (one.identifier ?? 0) - (other.identifier ?? 0))
  const apart = wishes.filter(({ subscription }) => takesRetainedApart(subscription, traits))
  const first = apart.map((wish) => ({ ...wish, qos: 0 as const }))
  const last = wishes.map((wish) => (apart.includes(wish) ? { ...wish, retainHandling: 2 as const } : wish))
  // All of them at once: a broker reads packets in order.
  const settled = await Promise.allSettled(
    [first, last].flatMap(groupsOf).map((group) => sendGroup(client, group))
  )
  const answers = settled.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  if (answers.length < settled.length) throw new SubscribeUnanswered(answers.length > 0)
  // The answers to the first ones come first, and do not count.
  for (const grant of answers.flat()) granted.set(grant.pattern, grant)
  return subscriptions.map((subscription) => {
    const { pattern } = subscription
    const grant = granted.get(filterOf(subscription))
    return grant === undefined
      ? { pattern, guarantee: undefined, reason: 'no answer' }
      : { ...grant, pattern }
  })
}

/**
 * Whether what the broker retains is asked for with a SUBSCRIBE of its own, at QoS 0, which the lasting one replaces. At a higher QoS
 * mosquitto queues what it retains, and drops what is beyond `max_queued_messages` (1000). In the place of a subscription comes one
 * of the same filter, and nothing that is on its way may be lost by that [MQTT-3.8.4-3, MQTT-3.8.4-4]. Only MQTT 5 can ask not to
 * be sent everything twice. Members of a group are sent nothing that is retained [MQTT 5, section 4.8.2].
 */
export function takesRetainedApart(
  { guarantee, group, mqtt }: Subscription,
  { version, retainAvailable }: MqttTraits
): boolean {
  const isSent = retainAvailable && group === undefined && (mqtt?.retainHandling ?? 0) === 0
  return version === '5' && isSent && guarantee > 0
}

const wishOf = (subscription: IdentifiedSubscription, { identifiersAvailable }: MqttTraits): Wish => ({
  subscription,
  qos: subscription.guarantee,
  retainHandling: subscription.mqtt?.retainHandling ?? 0,
  identifier: identifiersAvailable ? subscription.identifier : undefined
})

/** The packets that the wishes take. */
function groupsOf(wishes: readonly Wish[]): Group[] {
  const groups = new Map<string, Group>()
  for (const { subscription, qos, retainHandling, identifier } of wishes) {
    const { noLocal, retainAsPublished } = subscription.mqtt ?? {}
    const options = {
      qos,
      nl: noLocal === true,
      rap: retainAsPublished === true,
      rh: retainHandling,
      ...(identifier !== undefined && { properties: { subscriptionIdentifier: identifier } })
    }
    const key = JSON.stringify(options)
    const group = groups.get(key) ?? { options, filters: [] }
    groups.set(key, group)
    group.filters.push(filterOf(subscription))
  }
  return [...groups.values()]
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
  if (code === REASON.sharedNotSupported)
    return { pattern, guarantee: undefined, reason, suggestion: WITHOUT_GROUPS }
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
