import { formatByteSize } from '../../../core/byte-size.js'
import type { ChannelEntry, RememberedMessage } from '../../../core/catalogue/channel-entry.js'
import { counted } from '../../../core/counted.js'
import { formatDay, formatTimeOfDay } from '../../local-time.js'
import { bindingFacts, hasNoValue, payloadFormat, subscriptionsOf } from '../../message-binding.js'
import { NO_VALUE, sourceTimeWord } from '../../message-details.js'
import { visibleValue } from '../../visible-value.js'
import { formatAge, formatRate } from '../figures.js'
import { type Line, span, spans } from '../line.js'
import { type Doc, docOf, wrapLine } from './doc.js'
import { describeSize } from './message-content.js'

type Fact = readonly [name: string, value: string]

/** The properties of the message, if there is one, and what is known of its channel. */
export function propertiesDoc(
  entry: ChannelEntry,
  message: RememberedMessage | undefined,
  now: number,
  width: number
): Doc {
  const lines = [
    ...(message ? section(`Message ${message.sequence}`, messageFacts(message), width) : []),
    ...section('Headers', message ? headerFacts(message) : [], width),
    ...section('Channel', channelFacts(entry, now), width)
  ]
  return docOf(lines)
}

/** A title and a line for each fact; nothing where there are no facts. */
export function section(title: string, facts: readonly Fact[], width: number): Line[] {
  if (facts.length === 0) return []
  const names = facts.map(([name]) => span(name, 'name'))
  const longest = Math.min(18, Math.max(...names.map(({ cells }) => cells)))
  const lines = facts.flatMap(([, value], at) => {
    const name = names[at] ?? span('')
    const blanks = span(' '.repeat(Math.max(0, longest - name.cells) + 2))
    return wrapLine([span('  '), name, blanks, ...spans(value)], width, longest + 4)
  })
  return [[span(title, 'strong')], ...lines, []]
}

const headerFacts = (message: RememberedMessage): Fact[] =>
  message.headers.map(([name, value], index) => {
    if (hasNoValue(message, index)) return [name, NO_VALUE]
    return [name, typeof value === 'string' ? value : visibleValue(value)]
  })

function messageFacts(message: RememberedMessage): Fact[] {
  const { guarantee } = message
  return [
    ['received', `${formatDay(message.time)} ${formatTimeOfDay(message.time)}`],
    ['payload', describeSize(message, ', ')],
    ...(guarantee === undefined ? [] : [['QoS', String(guarantee)] as const]),
    ...bindingFacts(message),
    ...optionalFacts(message)
  ]
}

function* optionalFacts(message: RememberedMessage): Generator<Fact> {
  const { key, contentType, expiry, responseChannel, correlation, sourceTime } = message
  if (key !== undefined) yield ['key', visibleValue(key)]
  if (contentType !== undefined) yield ['content type', contentType]
  const format = payloadFormat(message)
  if (format !== undefined) yield ['format', format]
  if (expiry !== undefined) yield ['expires after', `${expiry} s`]
  if (responseChannel !== undefined) yield ['answer to', responseChannel]
  if (correlation) yield ['correlation', Buffer.from(correlation).toString('hex')]
  const subscriptions = subscriptionsOf(message)
  if (subscriptions !== '') yield ['subscription', subscriptions]
  if (sourceTime !== undefined)
    yield [sourceTimeWord(message), `${formatDay(sourceTime)} ${formatTimeOfDay(sourceTime)}`]
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

function seenFacts({ guaranteesSeen, kinds }: ChannelEntry): Fact[] {
  return [
    ...(guaranteesSeen.length === 0 ? [] : [['QoS seen', guaranteesSeen.join(', ')] as const]),
    ['payloads', kinds.join(', ')]
  ]
}
