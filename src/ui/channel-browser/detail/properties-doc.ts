import { formatByteSize } from '../../../core/byte-size.js'
import type { ChannelEntry, StoredMessage } from '../../../core/catalogue/channel-entry.js'
import type { MqttBinding } from '../../../core/message.js'
import { counted } from '../../counted.js'
import { formatAge, formatDay, formatRate, formatTimeOfDay } from '../figures.js'
import { type Line, span, spans } from '../line.js'
import { type Doc, docOf, wrapLine } from './doc.js'
import { contentOf } from './message-content.js'

type Fact = readonly [name: string, value: string]

/** What came with the message besides its payload, if one came, and what is known of its channel. */
export function propertiesDoc(
  entry: ChannelEntry,
  message: StoredMessage | undefined,
  now: number,
  width: number
): Doc {
  const lines = [
    ...(message ? section(`Message ${message.sequence}`, messageFacts(message), width) : []),
    ...section('Headers', message?.headers ?? [], width),
    ...section('Channel', channelFacts(entry, now), width)
  ]
  return docOf(lines)
}

/** A title and a line for each fact; nothing where there are no facts. */
export function section(title: string, facts: readonly Fact[], width: number): Line[] {
  if (facts.length === 0) return []
  const longest = Math.min(18, Math.max(...facts.map(([name]) => name.length)))
  const lines = facts.flatMap(([name, value]) =>
    wrapLine([span(`  ${name.padEnd(longest)}  `, 'name'), ...spans(value)], width, longest + 4)
  )
  return [[span(title, 'strong')], ...lines, []]
}

function messageFacts(message: StoredMessage): Fact[] {
  return [
    ['received', `${formatDay(message.time)} ${formatTimeOfDay(message.time)}`],
    ['payload', `${formatByteSize(message.size)}, ${contentOf(message).kind}`],
    ['QoS', String(message.mqtt.qos)],
    ['retained', message.mqtt.retain ? 'yes: the broker had kept it' : 'no: it came live'],
    ...optionalFacts(message.mqtt)
  ]
}

function* optionalFacts(mqtt: MqttBinding): Generator<Fact> {
  if (mqtt.dup) yield ['duplicate', 'perhaps: it was sent again (DUP)']
  if (mqtt.contentType !== undefined) yield ['content type', mqtt.contentType]
  if (mqtt.payloadUtf8 !== undefined) yield ['format', mqtt.payloadUtf8 ? 'UTF-8 text' : 'unspecified bytes']
  if (mqtt.expiry !== undefined) yield ['expires after', `${mqtt.expiry} s`]
  if (mqtt.responseChannel !== undefined) yield ['answer to', mqtt.responseChannel]
  if (mqtt.correlation) yield ['correlation', Buffer.from(mqtt.correlation).toString('hex')]
  if (mqtt.subscriptionIds?.length) yield ['subscription', mqtt.subscriptionIds.join(', ')]
}

function channelFacts(entry: ChannelEntry, now: number): Fact[] {
  return [
    ['messages', `${entry.count}, ${entry.live} of them live`],
    ['bytes', formatByteSize(entry.bytes)],
    ['rate', `${formatRate(entry.rate(now))} now, ${formatRate(entry.averageRate(now))} on average`],
    ...timeFacts(entry, now),
    ['retained', entry.retained ? 'yes, as far as was seen' : 'no, as far as was seen'],
    ...(entry.count > 0 ? seenFacts(entry) : []),
    ['kept here', counted(entry.history.length)]
  ]
}

function timeFacts({ firstSeen, lastSeen }: ChannelEntry, now: number): Fact[] {
  if (firstSeen === undefined || lastSeen === undefined) return [['last seen', 'no message yet']]
  return [
    ['first seen', `${formatDay(firstSeen)} ${formatTimeOfDay(firstSeen)}`],
    ['last seen', `${formatDay(lastSeen)} ${formatTimeOfDay(lastSeen)}`],
    ['age', formatAge(now - lastSeen)]
  ]
}

function seenFacts({ qosSeen, kinds }: ChannelEntry): Fact[] {
  return [
    ['QoS seen', qosSeen.join(', ')],
    ['payloads', kinds.join(', ')]
  ]
}
