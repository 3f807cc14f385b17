import { formatByteSize } from '../core/byte-size.js'
import type { BrokerTraits } from '../core/connection.js'
import { formatDuration } from '../core/duration.js'
import { visibleText } from '../core/visible-text.js'

interface ShownAbility {
  readonly works: boolean | undefined
  readonly note?: string
}

interface ShownQos {
  readonly asked: number
  readonly granted: number | undefined
  readonly acknowledged: boolean
  readonly delivered: number | undefined
  readonly note?: string
}

/** What `tidings broker check` shows. */
export interface ShownCheck {
  readonly broker: BrokerTraits
  readonly protocols: readonly string[]
  readonly qos: readonly ShownQos[]
  readonly retained: { readonly byName: ShownAbility; readonly byPattern: ShownAbility }
  readonly shared: ShownAbility
  readonly session: ShownAbility
  readonly systemChannels: number
  readonly names: readonly { readonly name: string; readonly note: string }[]
  readonly latency: { readonly rounds: number; readonly min: number; readonly median: number } | undefined
}

/** Lines for people. Every text of the broker's is made safe to show. */
export function formatBrokerCheck(check: ShownCheck): string {
  const { broker, latency } = check
  const rows: [name: string, value: string][] = [
    ['Broker', broker.url],
    ['Protocol', `MQTT ${check.protocols.join(' and ')}`],
    ['Limits', limitsOf(broker).join(', ') || 'none named'],
    ...check.qos.map((answer): [string, string] => [`QoS ${answer.asked}`, qosWords(answer)]),
    ['Retained', words(check.retained.byName)],
    ['  by pattern', words(check.retained.byPattern)],
    ['Groups', words(check.shared)],
    ['Sessions', words(check.session)],
    ['$SYS', check.systemChannels === 0 ? 'no' : `yes: ${check.systemChannels} so far`],
    ['Names', latency === undefined ? 'unknown' : namesWords(check.names)],
    ['Latency', latency === undefined ? 'unknown: nothing came back' : latencyWords(latency)]
  ]
  return rows.map(([name, value]) => `${`${name}:`.padEnd(14)}${visibleText(value)}\n`).join('')
}

/** One JSON object. What is unknown is null. */
export function formatBrokerCheckJson(check: ShownCheck): string {
  const { broker } = check
  const ability = ({ works, note }: ShownAbility) => ({
    works: works ?? null,
    ...(note !== undefined && { note })
  })
  return `${JSON.stringify({
    broker: broker.url,
    protocols: check.protocols,
    limits: {
      maximumQos: broker.maximumQos,
      receiveMaximum: broker.receiveMaximum ?? null,
      maximumPacketSize: broker.maximumPacketSize ?? null,
      topicAliasMaximum: broker.topicAliasMaximum,
      serverKeepalive: broker.serverKeepalive ?? null,
      retainAvailable: broker.retainAvailable,
      wildcardsAvailable: broker.wildcardsAvailable,
      sharedAvailable: broker.sharedAvailable ?? null
    },
    qos: check.qos.map((answer) => ({
      ...answer,
      granted: answer.granted ?? null,
      delivered: answer.delivered ?? null
    })),
    retained: { byName: ability(check.retained.byName), byPattern: ability(check.retained.byPattern) },
    shared: ability(check.shared),
    session: ability(check.session),
    systemChannels: check.systemChannels,
    names: check.names,
    latency: check.latency ?? null,
    warnings: brokerWarnings(check)
  })}\n`
}

/** What a user should know before relying on this broker: one line each. */
export function brokerWarnings(check: ShownCheck): string[] {
  const warnings = check.qos.flatMap(({ asked, granted, acknowledged, delivered }) => {
    if (!acknowledged) return [`messages of QoS ${asked} cannot be published`]
    if (granted === undefined) return [`subscriptions of QoS ${asked} are not granted`]
    if (delivered === undefined) return [`what is published with QoS ${asked} does not arrive`]
    return delivered < asked ? [`QoS ${asked} is downgraded to ${delivered}`] : []
  })
  if (!check.protocols.includes('5')) warnings.push('without MQTT 5, headers and properties are not carried')
  if (check.retained.byName.works && check.retained.byPattern.works === false) {
    warnings.push('retained messages are shown only to who subscribes to exactly their channel')
  }
  if (check.shared.works === false) warnings.push('subscribe --group does not work')
  if (check.session.works === false) warnings.push('subscribe --session does not keep messages')
  for (const { name, note } of check.names) warnings.push(`a channel named "${name}": ${note}`)
  return warnings
}

function words({ works, note }: ShownAbility): string {
  const answer = works === undefined ? 'unknown' : works ? 'yes' : 'no'
  return note === undefined ? answer : `${answer}: ${note}`
}

function qosWords({ asked, granted, acknowledged, delivered, note }: ShownQos): string {
  if (granted === asked && acknowledged && delivered === asked) return 'yes'
  const parts = [
    granted === undefined ? 'not granted' : `granted as ${granted}`,
    acknowledged ? 'published' : 'not published',
    delivered === undefined ? 'not delivered' : `delivered as ${delivered}`
  ]
  return `${parts.join(', ')}${note === undefined ? '' : `: ${note}`}`
}

function limitsOf(broker: BrokerTraits): string[] {
  const limits: string[] = []
  if (broker.maximumQos < 2) limits.push(`QoS ${broker.maximumQos} at most`)
  if (broker.receiveMaximum !== undefined) limits.push(`${broker.receiveMaximum} unacknowledged messages`)
  if (broker.maximumPacketSize !== undefined) {
    limits.push(`packets of ${formatByteSize(broker.maximumPacketSize)}`)
  }
  if (broker.serverKeepalive !== undefined) limits.push(`keep-alive ${broker.serverKeepalive} s`)
  if (!broker.retainAvailable) limits.push('nothing retained')
  if (!broker.wildcardsAvailable) limits.push('no patterns')
  if (broker.sharedAvailable === false) limits.push('no groups')
  return limits
}

function namesWords(names: ShownCheck['names']): string {
  if (names.length === 0) return 'all carried unchanged'
  return names.map(({ name, note }) => `"${name}": ${note}`).join('; ')
}

function latencyWords({ rounds, min, median }: { rounds: number; min: number; median: number }): string {
  return `${milliseconds(min)} at least, ${milliseconds(median)} in the middle of ${rounds} round trips at QoS 1`
}

/** Tenths of a millisecond matter on a local network, and only there. */
function milliseconds(microseconds: number): string {
  return microseconds < 10_000
    ? `${(microseconds / 1000).toFixed(1)} ms`
    : formatDuration(Math.round(microseconds / 1000))
}
