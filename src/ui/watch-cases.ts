import { counted } from '../core/counted.js'
import type { TestCase, TestFailure } from '../core/test-report.js'
import { formatTimestamp } from '../core/timestamp.js'
import { hasNews, type Incident } from '../core/watching/incident.js'
import type { WatchOutcome } from '../core/watching/watch-outcome.js'
import { beginningOf, endOf, newsOf } from './incident-words.js'

/** So many incidents of a channel are told one by one. */
const MOST_FAILURES = 20
/** The case of what concerns all channels. */
const CONNECTION = 'connection'

/** What a CI system is told: a case for the connection, and one for each channel, with its incidents. */
export function watchCases({ channels, first, incidents }: WatchOutcome): TestCase[] {
  const failures = new Map<string | undefined, TestFailure[]>()
  for (const incident of first) {
    const known = failures.get(incident.channel)
    if (known === undefined) failures.set(incident.channel, [failureOf(incident)])
    else if (known.length < MOST_FAILURES) known.push(failureOf(incident))
  }
  const ofChannels = channels.reduce((sum, each) => sum + each.incidents, 0)
  const caseOf = (name: string, told: readonly TestFailure[], count: number): TestCase => ({
    name,
    failures: count > told.length ? [...told, moreOf(count - told.length)] : told
  })
  return [
    caseOf(CONNECTION, failures.get(undefined) ?? [], incidents - ofChannels),
    ...channels
      .map(({ channel, incidents }) => caseOf(channel, failures.get(channel) ?? [], incidents))
      .sort((one, other) => (one.name < other.name ? -1 : 1))
  ]
}

function failureOf(incident: Incident): TestFailure {
  const { number, facts, began, ended } = incident
  const lasts = hasNews(incident) ? `not over yet: ${newsOf(incident)}` : 'not over yet'
  const end = ended === undefined ? lasts : endOf(incident)
  return {
    message: beginningOf(incident),
    type: facts.kind,
    details: [
      `#${number} began at ${formatTimestamp(began)}`,
      ...(end === '' ? [] : [ended === undefined ? end : `ended at ${formatTimestamp(ended)}: ${end}`])
    ].join('\n')
  }
}

const moreOf = (count: number): TestFailure => ({
  message: counted(count, 'further incident'),
  type: 'further',
  details: 'more incidents than are told one by one'
})
