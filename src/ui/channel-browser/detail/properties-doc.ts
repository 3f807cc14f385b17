import { formatByteSize } from '../../../core/byte-size.js'
import {
  type ChannelEntry,
  isPlacedBySource,
  type RememberedMessage
} from '../../../core/catalogue/channel-entry.js'
import { counted } from '../../../core/counted.js'
import { formatGrouped } from '../../../core/grouped-number.js'
import { DEFAULT_GUARANTEE, type TextOrBytes } from '../../../core/message.js'
import { formatDay, formatTimeOfDay } from '../../local-time.js'
import {
  bindingFacts,
  hasNoValue,
  mayBeRetained,
  payloadFormat,
  subscriptionsOf,
  toldGuarantee
} from '../../message-binding.js'
import { NO_VALUE, sourceTimeWord } from '../../message-details.js'
import { visibleValue } from '../../visible-value.js'
import { formatAge, formatRate } from '../figures.js'
import { type Line, span, spans } from '../line.js'
import { type Doc, type DocValue, docOf, wrapWords } from './doc.js'
import { describeSize } from './message-content.js'

/** A fact for people; and what is copied of it, if that is not the text that is shown. */
type Fact = readonly [name: string, value: string, copied?: TextOrBytes]

/** A line of a section, and the value that it shows. */
interface FactLine {
  readonly line: Line
  readonly value?: DocValue
}

/** The properties of the message, if there is one, and what is known of its channel. */
export function propertiesDoc(
  entry: ChannelEntry,
  message: RememberedMessage | undefined,
  now: number,
  width: number
): Doc {
  const lines = [
    ...(message ? factLines(`Message ${message.sequence}`, messageFacts(message), width) : []),
    ...factLines('Headers', message ? headerFacts(message) : [], width),
    ...factLines('Channel', channelFacts(entry, now), width)
  ]
  return {
    ...docOf(lines.map(({ line }) => line)),
    cursorLines: lines.length,
    valueAt: (index) => lines[index]?.value
  }
}

/** A title and a line for each fact; nothing where there are no facts. */
export function section(title: string, facts: readonly Fact[], width: number): Line[] {
  return factLines(title, facts, width).map(({ line }) => line)
}

function factLines(title: string, facts: readonly Fact[], width: number): FactLine[] {
  if (facts.length === 0) return []
  const names = facts.map(([name]) => span(name, 'name'))
  const longest = Math.min(18, Math.max(...names.map(({ cells }) => cells)))
  const lines = facts.flatMap(([fact, value, copied = value], at) => {
    const name = names[at] ?? span('')
    const blanks = span(' '.repeat(Math.max(0, longest - name.cells) + 2))
    const bytes = typeof copied === 'string' ? Buffer.from(copied) : copied
    const wrapped = wrapWords([span('  '), name, blanks, ...spans(value)], width, longest + 4)
    return wrapped.map((line): FactLine => ({ line, value: { name: fact, bytes } }))
  })
  return [{ line: [span(title, 'strong')] }, ...lines, { line: [] }]
}

const headerFacts = (message: RememberedMessage): Fact[] =>
  message.headers.map(([name, value], index) => {
    if (hasNoValue(message, index)) return [name, NO_VALUE, value]
    return [name, typeof value === 'string' ? value : visibleValue(value), value]
  })

function messageFacts(message: RememberedMessage): Fact[] {
  const guarantee = toldGuarantee(message)
  return [
    ...(isPlacedBySource(message)
      ? []
      : [['received', `${formatDay(message.time)} ${formatTimeOfDay(message.time)}`] as const]),
    ['payload', describeSize(message, ', ')],
    ...(guarantee === undefined ? [] : [['QoS', String(guarantee)] as const]),
    ...bindingFacts(message),
    ...optionalFacts(message)
  ]
}

function* optionalFacts(message: RememberedMessage): Generator<Fact> {
  const { key, contentType, expiry, responseChannel, correlation, sourceTime } = message
  if (key !== undefined) yield ['key', visibleValue(key), key]
  if (contentType !== undefined) yield ['content type', contentType]
  const format = payloadFormat(message)
  if (format !== undefined) yield ['format', format]
  if (expiry !== undefined) yield ['expires after', `${expiry} s`]
  if (responseChannel !== undefined) yield ['answer to', responseChannel]
  if (correlation) yield ['correlation', Buffer.from(correlation).toString('hex'), correlation]
  const subscriptions = subscriptionsOf(message)
  if (subscriptions !== '') yield ['subscription', subscriptions]
  if (sourceTime !== undefined)
    yield [sourceTimeWord(message), `${formatDay(sourceTime)} ${formatTimeOfDay(sourceTime)}`]
}

const RETAINED = 'yes, as far as was seen'
const NOT_RETAINED = 'no, as far as was seen'

/** Whether the protocol of the messages, as far as they show it, has retained messages and QoS. */
const hasSuchWords = ({ retained, latest }: ChannelEntry): boolean =>
  retained || latest === undefined || mayBeRetained(latest)

function channelFacts(entry: ChannelEntry, now: number): Fact[] {
  return [
    ...(entry.partitions === undefined ? [] : [['partitions', String(entry.partitions)] as const]),
    ['messages', countsOf(entry)],
    ['bytes', formatByteSize(entry.bytes)],
    ['rate', `${formatRate(entry.rate(now))} now, ${formatRate(entry.averageRate(now))} on average`],
    ...timeFacts(entry, now),
    ...(hasSuchWords(entry) ? [['retained', entry.retained ? RETAINED : NOT_RETAINED] as const] : []),
    ...(entry.count > 0 ? seenFacts(entry) : []),
    ['kept here', counted(entry.history.length)]
  ]
}

const countsOf = ({ total, count, live }: ChannelEntry): string =>
  total === count
    ? `${formatGrouped(count)}, ${formatGrouped(live)} of them live`
    : `${formatGrouped(total)}, ${formatGrouped(count)} of them seen here, ${formatGrouped(live)} live`

function timeFacts({ firstSeen, lastSeen }: ChannelEntry, now: number): Fact[] {
  if (firstSeen === undefined || lastSeen === undefined) return [['last seen', 'no message yet']]
  return [
    ['first seen', `${formatDay(firstSeen)} ${formatTimeOfDay(firstSeen)}`],
    ['last seen', `${formatDay(lastSeen)} ${formatTimeOfDay(lastSeen)}`],
    ['age', formatAge(now - lastSeen)]
  ]
}

function seenFacts(entry: ChannelEntry): Fact[] {
  const { guaranteesSeen, kinds } = entry
  const isUsual = !hasSuchWords(entry) && guaranteesSeen.every((each) => each === DEFAULT_GUARANTEE)
  return [
    ...(isUsual || guaranteesSeen.length === 0 ? [] : [['QoS seen', guaranteesSeen.join(', ')] as const]),
    ['payloads', kinds.join(', ')]
  ]
}
