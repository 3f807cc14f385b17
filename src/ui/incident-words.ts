import { counted } from '../core/counted.js'
import { formatDuration } from '../core/duration.js'
import { formatGrouped } from '../core/grouped-number.js'
import { describeViolation } from '../core/violation-text.js'
import { visibleText } from '../core/visible-text.js'
import type { BrokenRules } from '../core/watching/broken-rules.js'
import { numbersIn } from '../core/watching/holes.js'
import type { Incident, IncidentFacts } from '../core/watching/incident.js'
import { truncateMiddle } from './cell-width.js'
import { formatTimeOfDay } from './local-time.js'

/** Cells of a channel or another name from outside; `--json` has it whole. */
const WIDEST = 100

/** A name from outside for one line: made visible, and cut in its middle if it is very long. */
export const shownName = (name: string): string => truncateMiddle(visibleText(name), WIDEST)

const ms = (microseconds: number) => formatDuration(microseconds / 1000)

/** What was wrong when it began, in words. */
export function beginningOf({ facts, place }: Incident): string {
  const where =
    place === undefined
      ? ''
      : ` (${place.partition === undefined ? '' : `partition ${place.partition}, `}offset ${place.offset})`
  return `${sayFacts(facts)}${where}`
}

function sayFacts(facts: IncidentFacts): string {
  switch (facts.kind) {
    case 'silence': {
      if (facts.limit === undefined) return 'no message came'
      const since = facts.last === undefined ? '' : `, the last one at ${formatTimeOfDay(facts.last)}`
      return `no message for ${ms(facts.limit)}${since}`
    }
    case 'gap': {
      const missing = facts.to - facts.from + 1n
      const numbers =
        missing === 1n
          ? `${facts.from} is missing`
          : `${facts.from} to ${facts.to} are missing, ${missing} numbers`
      return `${numbers}${ofStream(facts.stream)}`
    }
    case 'repeat':
      return `${facts.value} came again${ofStream(facts.stream)}`
    case 'out-of-order':
      return `${facts.value} came after ${facts.after}${ofStream(facts.stream)}`
    case 'restart':
      return `the numbers began anew with ${facts.value} after ${facts.after}${ofStream(facts.stream)}`
    case 'unnumbered':
    case 'undated':
      return visibleText(facts.why)
    case 'late':
      return `a message came ${ms(facts.age)} after it happened, more than ${ms(facts.limit)}`
    case 'low-rate':
    case 'high-rate': {
      const than = facts.kind === 'low-rate' ? 'fewer' : 'more'
      return `${counted(facts.count)} within ${ms(facts.window)}, ${than} than ${formatGrouped(facts.limit)}`
    }
    case 'contract':
      return visibleText(describeViolation(facts.violation))
    case 'outage':
      return `the connection is down: ${visibleText(facts.reason)}`
  }
}

/** So many ranges of missing numbers are named. */
const MOST_RANGES = 10

/** What is known of an incident that lasts besides its beginning, in words: what of a gap has not come, or which rules were broken. */
export function newsOf(incident: Incident): string {
  const { rules, messages } = incident
  if (rules === undefined) return missingOf(incident)
  return `${counted(messages)} ${messages === 1 ? 'breaks' : 'break'} the contract: ${rulesInWords(rules)}`
}

function rulesInWords({ told, further }: BrokenRules): string {
  const rules = told.map(
    ({ violation, count }) => `${visibleText(describeViolation(violation))}, ${counted(count)}`
  )
  return [...rules, ...(further > 0 ? [`other rules, ${counted(further, 'time')}`] : [])].join('; ')
}

function missingOf({ facts, missing }: Incident): string {
  if (missing === undefined) return ''
  const { ranges, count } = missing
  const named = ranges.slice(0, MOST_RANGES)
  const names = named.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`))
  const stream = facts.kind === 'gap' ? ofStream(facts.stream) : ''
  // Which others there are is not known, and they may be lower ones.
  if (numbersIn(ranges) < count)
    return `${count} numbers are still missing${stream}, among them ${names.join(', ')}`
  const rest = count - numbersIn(named)
  if (rest > 0n) names.push(`${rest} more`)
  return `${names.join(', ')} ${count === 1n ? 'is' : 'are'} still missing${stream}`
}

const ofStream = (stream: string | undefined) => (stream === undefined ? '' : ` of ${shownName(stream)}`)

/** How it ended, in words. */
export function endOf(incident: Incident): string {
  const { facts, began, ended = began, messages, worst = 0, isKept, rules } = incident
  const lasted = ms(ended - began)
  switch (facts.kind) {
    case 'silence':
      return `a message came, after ${ms(ended - (facts.last ?? began - (facts.limit ?? 0)))}`
    case 'gap':
      return `what was missing came within ${lasted}`
    case 'unnumbered':
      return `a number came again; ${counted(messages)} had none`
    case 'undated':
      return `a time came again; ${counted(messages)} had none`
    case 'late':
      return `a message came in time; ${counted(messages)} came late, up to ${ms(worst)}`
    case 'low-rate':
    case 'high-rate':
      return `the rate is as it should be, after ${lasted}`
    case 'contract':
      return `a message keeps the contract; ${counted(messages)} did not${rules === undefined ? '' : `: ${rulesInWords(rules)}`}`
    case 'outage':
      return `connected again after ${lasted}; ${isKept ? 'the broker has kept what was sent meanwhile with a guarantee' : 'what was sent meanwhile may be missing'}`
    case 'repeat':
    case 'out-of-order':
    case 'restart':
      return ''
  }
}
