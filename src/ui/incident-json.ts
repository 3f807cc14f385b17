import { formatTimestamp } from '../core/timestamp.js'
import { visibleText } from '../core/visible-text.js'
import type { ChannelSummary } from '../core/watching/channel-watch.js'
import { type MissingNumbers, numbersIn } from '../core/watching/holes.js'
import type { Incident, IncidentEvent, IncidentFacts } from '../core/watching/incident.js'
import { rateOf, type Told, type WatchOutcome } from '../core/watching/watch-outcome.js'

type Value = string | number | bigint | boolean | object | undefined

/** So many ranges of missing numbers are told. */
const MOST_RANGES = 100

/** One object on one line, without terminal controls. Numbers of any size stay exact. Members that are undefined are left out. */
function formatLine(members: Readonly<Record<string, Value>>): string {
  const texts = Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [`"${name}":${formatValue(value)}`]
  )
  return `${visibleText(`{${texts.join()}}`)}\n`
}

function formatValue(value: Exclude<Value, undefined>): string {
  if (Array.isArray(value)) return `[${value.map(formatValue).join()}]`
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}

const seconds = (microseconds: number) => microseconds / 1_000_000
const maybeSeconds = (microseconds: number | undefined) =>
  microseconds === undefined ? undefined : seconds(microseconds)
const time = (microseconds: number | undefined) =>
  microseconds === undefined ? undefined : formatTimestamp(microseconds)

/** A line for each beginning and each end. */
export const formatIncidents = ({ events }: Told): string => events.map(formatEvent).join('')

function formatEvent(event: IncidentEvent): string {
  const { incident, phase, time: at } = event
  const { number, channel, began, facts, place, messages, worst, missing, isKept } = incident
  const isEnd = phase === 'ended'
  return formatLine({
    event: phase === 'moment' ? 'found' : phase,
    incident: number,
    kind: facts.kind,
    channel,
    time: time(at),
    ...(isEnd && { began: time(began), messages, worst: maybeSeconds(worst) }),
    ...(isEnd && facts.kind === 'outage' && { kept: isKept }),
    ...formatFacts(facts),
    ...((isEnd || phase === 'lasting') && formatRules(incident)),
    ...(phase === 'lasting' && missing && formatMissing(missing)),
    ...place
  })
}

/** The rules that the messages of an incident broke, in how many of them. */
function formatRules({ facts, messages, rules }: Incident): Readonly<Record<string, Value>> {
  if (facts.kind !== 'contract') return {}
  const { told, further } = rules ?? { told: [{ violation: facts.violation, count: messages }], further: 0 }
  return { messages, rules: told.map(({ violation, count }) => ({ count, violation })), further }
}

function formatMissing({ count, ranges }: MissingNumbers): Readonly<Record<string, Value>> {
  const told = ranges.slice(0, MOST_RANGES)
  return {
    missing: count,
    ranges: told.map(({ from, to }) => [from, to]),
    complete: numbersIn(told) === count
  }
}

function formatFacts(facts: IncidentFacts): Readonly<Record<string, Value>> {
  switch (facts.kind) {
    case 'silence':
      return { last: time(facts.last), limit: maybeSeconds(facts.limit) }
    case 'gap':
      return { from: facts.from, to: facts.to, missing: facts.to - facts.from + 1n, stream: facts.stream }
    case 'repeat':
      return { value: facts.value, stream: facts.stream }
    case 'out-of-order':
    case 'restart':
      return { value: facts.value, after: facts.after, stream: facts.stream }
    case 'unnumbered':
    case 'undated':
      return { why: facts.why }
    case 'late':
      return { age: seconds(facts.age), limit: seconds(facts.limit) }
    case 'low-rate':
    case 'high-rate':
      return { count: facts.count, limit: facts.limit, window: seconds(facts.window) }
    case 'contract':
      return { violation: facts.violation }
    case 'outage':
      return { reason: facts.reason }
  }
}

/** A line for each channel, worst first, and one for all. */
export function* formatOutcome(outcome: WatchOutcome): Generator<string> {
  for (const channel of outcome.channels) yield formatChannel(channel, outcome)
  const { began, ended, messages, unmatched, incidents, lasting, unwatched, redelivered, early } = outcome
  yield formatLine({
    event: 'summary',
    began: time(began),
    ended: time(ended),
    channels: outcome.channels.length,
    messages,
    unmatched,
    incidents,
    lasting,
    unwatched,
    redelivered,
    early
  })
}

function formatChannel(summary: ChannelSummary, outcome: WatchOutcome): string {
  const { channel, messages, incidents, ages, early } = summary
  return formatLine({
    event: 'channel',
    channel,
    messages,
    incidents,
    rate: rateOf(summary, outcome),
    age: ages && {
      p50: seconds(ages.p50),
      p95: seconds(ages.p95),
      p99: seconds(ages.p99),
      max: seconds(ages.max)
    },
    early: ages && early
  })
}
