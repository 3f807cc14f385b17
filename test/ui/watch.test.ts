import { describe, expect, it } from 'vitest'
import { visibleText } from '../../src/core/visible-text.js'
import { BrokenRules } from '../../src/core/watching/broken-rules.js'
import type { ChannelSummary } from '../../src/core/watching/channel-watch.js'
import { hasNews, type Incident, type IncidentFacts } from '../../src/core/watching/incident.js'
import type { Told, WatchOutcome } from '../../src/core/watching/watch-outcome.js'
import { cellWidth } from '../../src/ui/cell-width.js'
import { formatIncidents, formatOutcome } from '../../src/ui/incident-json.js'
import { createIncidentLines } from '../../src/ui/incident-lines.js'
import { beginningOf, endOf, newsOf } from '../../src/ui/incident-words.js'
import { createTheme } from '../../src/ui/theme.js'
import { watchCases } from '../../src/ui/watch-cases.js'
import { formatWatchTable, watchedLine, watchWarnings } from '../../src/ui/watch-table.js'

const BEGAN = Date.UTC(2026, 0, 1, 12) * 1000
const SECOND = 1_000_000

const incidentOf = (facts: IncidentFacts, more: Partial<Incident> = {}): Incident => ({
  number: 1,
  channel: 'a',
  began: BEGAN,
  facts,
  place: undefined,
  ended: BEGAN + 2 * SECOND,
  messages: 3,
  worst: undefined,
  isKept: false,
  missing: undefined,
  ...more
})

const violation = {
  part: 'payload',
  pointer: '/id',
  rule: 'type',
  expected: 'a whole number',
  found: '"one"\u001b[2J',
  schema: '#/x'
} as const

const ALL: readonly (readonly [facts: IncidentFacts, begins: string, ends: string])[] = [
  [
    { kind: 'silence', last: undefined, limit: 30 * SECOND },
    'no message for 30 s',
    'a message came, after 32 s'
  ],
  [{ kind: 'silence', last: undefined, limit: undefined }, 'no message came', 'a message came, after 2 s'],
  [
    { kind: 'gap', from: 5n, to: 5n, stream: 'x\u0007' },
    '5 is missing of x\\u0007',
    'what was missing came within 2 s'
  ],
  [
    { kind: 'gap', from: 5n, to: 2n ** 64n, stream: undefined },
    '5 to 18446744073709551616 are missing, 18446744073709551612 numbers',
    'what was missing came within 2 s'
  ],
  [{ kind: 'repeat', value: 7n, stream: undefined }, '7 came again', ''],
  [{ kind: 'out-of-order', value: 7n, after: 9n, stream: undefined }, '7 came after 9', ''],
  [{ kind: 'restart', value: 0n, after: 9n, stream: undefined }, 'the numbers began anew with 0 after 9', ''],
  [
    { kind: 'unnumbered', why: 'no value at /n' },
    'no value at /n',
    'a number came again; 3 messages had none'
  ],
  [{ kind: 'undated', why: 'no time at /at' }, 'no time at /at', 'a time came again; 3 messages had none'],
  [
    { kind: 'late', age: 7 * SECOND, limit: 5 * SECOND },
    'a message came 7 s after it happened, more than 5 s',
    'a message came in time; 3 messages came late, up to 9 s'
  ],
  [
    { kind: 'low-rate', count: 1, limit: 1000, window: 60 * SECOND },
    '1 message within 1m, fewer than 1,000',
    'the rate is as it should be, after 2 s'
  ],
  [
    { kind: 'high-rate', count: 11, limit: 10, window: SECOND },
    '11 messages within 1 s, more than 10',
    'the rate is as it should be, after 2 s'
  ],
  [
    { kind: 'contract', violation },
    'payload /id: expected a whole number, found "one"\\u001b[2J (type)',
    'a message keeps the contract; 3 messages did not'
  ],
  [
    { kind: 'outage', reason: 'refused' },
    'the connection is down: refused',
    'connected again after 2 s; what was sent meanwhile may be missing'
  ]
]

it.each(ALL)('%o is said in words, and so is its end', (facts, begins, ends) => {
  const incident = incidentOf(facts, { worst: 9 * SECOND })
  expect(beginningOf(incident)).toBe(begins)
  expect(endOf(incident)).toBe(ends)
})

it.each(ALL)('%o is one line of JSON', (facts) => {
  const incident = incidentOf(facts, { place: { partition: 2, offset: 9 } })
  const text = formatIncidents({ events: [{ incident, phase: 'began', time: BEGAN }], leftOut: undefined })
  expect(text).toMatch(/^\{.*\}\n$/)
  expect(JSON.parse(text)).toMatchObject({ event: 'began', kind: facts.kind, partition: 2, offset: 9 })
})

it('numbers of any size are exact in JSON', () => {
  const incident = incidentOf({ kind: 'gap', from: 2n ** 64n, to: 2n ** 64n + 1n, stream: undefined })
  const text = formatIncidents({
    events: [{ incident, phase: 'ended', time: BEGAN + 2 * SECOND }],
    leftOut: undefined
  })
  expect(text).toContain('"from":18446744073709551616,"to":18446744073709551617,"missing":2')
  expect(text).toContain(
    '"time":"2026-01-01T12:00:02.000000Z","began":"2026-01-01T12:00:00.000000Z","messages":3'
  )
})

it('long names are cut in their middle, and what has no line is counted by kind', () => {
  const lines = createIncidentLines(createTheme(0))
  const leftOut = new Map([
    ['silence', { began: 99_950, ended: 12 }],
    ['late', { began: 0, ended: 1 }]
  ] as const)
  const incident = incidentOf(
    { kind: 'repeat', value: 1n, stream: undefined },
    { channel: `x${'y'.repeat(60_000)}z`, place: { offset: 4 } }
  )
  const [first = '', second] = lines({ events: [{ incident, phase: 'moment', time: BEGAN }], leftOut }).split(
    '\n'
  )
  expect(first.length).toBeLessThan(200)
  expect(first).toMatch(/FOUND #1 {2}repeat {2}xy+…y+z {2}1 came again \(offset 4\)$/)
  expect(second).toBe('and 99,963 lines more within a second  silence: 99,950 began, 12 ended; late: 1 ended')
})

describe('several rules of a contract that messages broke', () => {
  const rules = new BrokenRules(violation, 2)
  rules.add(
    [{ ...violation, rule: 'required', pointer: '', expected: 'the member "id"', found: 'nothing' }],
    true
  )
  rules.add([{ ...violation, rule: 'enum' }], false)
  const words =
    'payload /id: expected a whole number, found "one"\\u001b[2J (type), 2 messages; payload: expected the member "id", found nothing (required), 1 message; other rules, 1 time'
  const incident = (ended: number | undefined) =>
    incidentOf({ kind: 'contract', violation }, { rules, messages: 4, ended })

  it('are told at the end of the incident', () => {
    expect(endOf(incident(BEGAN + SECOND))).toBe(`a message keeps the contract; 4 messages did not: ${words}`)
  })

  it('are told at the end of the watch, where it lasts: in a line, as JSON and in the report', () => {
    const lasting = incident(undefined)
    expect(hasNews(lasting)).toBe(true)
    expect(newsOf(lasting)).toBe(`4 messages break the contract: ${words}`)
    const line = formatIncidents({
      events: [{ incident: lasting, phase: 'lasting', time: BEGAN }],
      leftOut: undefined
    })
    expect(JSON.parse(line)).toMatchObject({
      event: 'lasting',
      messages: 4,
      rules: [
        { count: 2, violation: { rule: 'type' } },
        { count: 1, violation: { rule: 'required' } }
      ],
      further: 1
    })
    const [, report] = watchCases(
      outcomeOf([channelOf(1, 1)], { first: [{ ...lasting, channel: 'device/1' }], incidents: 1 })
    )
    expect(report?.failures[0]?.details).toContain(`not over yet: 4 messages break the contract: ${words}`)
  })

  it('is one in JSON where there is one', () => {
    const one = incidentOf({ kind: 'contract', violation }, { ended: BEGAN + SECOND })
    const line = formatIncidents({
      events: [{ incident: one, phase: 'ended', time: BEGAN }],
      leftOut: undefined
    })
    expect(JSON.parse(line)).toMatchObject({
      messages: 3,
      rules: [{ count: 3, violation: { rule: 'type' } }],
      further: 0
    })
  })
})

describe('what of a gap has not come', () => {
  const numbers = (...ranges: (readonly [from: bigint, to: bigint])[]) =>
    ranges.map(([from, to]) => ({ from, to }))
  const gapOf = (missing: Incident['missing'], stream?: string) =>
    incidentOf({ kind: 'gap', from: 31n, to: 90n, stream }, { missing, ended: undefined })
  const some = gapOf({ count: 3n, ranges: numbers([31n, 32n], [34n, 34n]) })

  it.each([
    [some, '31 to 32, 34 are still missing'],
    [gapOf({ count: 1n, ranges: numbers([40n, 40n]) }, 'x\u0007'), '40 is still missing of x\\u0007'],
    [
      gapOf({
        count: 12n,
        ranges: Array.from({ length: 12 }, (_, at) => ({
          from: BigInt(31 + 2 * at),
          to: BigInt(31 + 2 * at)
        }))
      }),
      '31, 33, 35, 37, 39, 41, 43, 45, 47, 49, 2 more are still missing'
    ],
    [
      gapOf({ count: 40n, ranges: numbers([61n, 62n], [64n, 64n]) }, 'x'),
      '40 numbers are still missing of x, among them 61 to 62, 64'
    ]
  ])('is said in words, within bounds', (incident, words) => {
    expect(newsOf(incident)).toBe(words)
  })

  it.each([
    ['that were forgotten', 4n, numbers([31n, 32n], [34n, 34n])],
    [
      'that are too many for a line',
      101n,
      Array.from({ length: 101 }, (_, at) => ({ from: BigInt(2 * at), to: BigInt(2 * at) }))
    ]
  ])('is not complete in JSON without the ranges %s', (_which, count, ranges) => {
    const event = { incident: gapOf({ count, ranges }), phase: 'lasting', time: BEGAN } as const
    expect(JSON.parse(formatIncidents({ events: [event], leftOut: undefined }))).toMatchObject({
      missing: Number(count),
      complete: false
    })
  })

  it('has a line, an object in JSON, and a place in the report', () => {
    const told: Told = { events: [{ incident: some, phase: 'lasting', time: BEGAN }], leftOut: undefined }
    expect(createIncidentLines(createTheme(0))(told)).toMatch(
      / {2}STILL #1 {2}gap {2}a {2}31 to 32, 34 are still missing\n$/
    )
    expect(formatIncidents(told)).toContain(
      '"from":31,"to":90,"missing":3,"ranges":[[31,32],[34,34]],"complete":true}'
    )
    const [, report] = watchCases(
      outcomeOf([channelOf(1, 1)], { first: [{ ...some, channel: 'device/1' }], incidents: 1 })
    )
    expect(report?.failures[0]?.details).toContain('not over yet: 31 to 32, 34 are still missing')
  })
})

it('an outage in which the broker has kept everything says so, and is an incident nevertheless', () => {
  const incident = incidentOf({ kind: 'outage', reason: 'refused' }, { isKept: true, channel: undefined })
  expect(endOf(incident)).toBe(
    'connected again after 2 s; the broker has kept what was sent meanwhile with a guarantee'
  )
  const told: Told = { events: [{ incident, phase: 'ended', time: BEGAN }], leftOut: undefined }
  expect(JSON.parse(formatIncidents(told))).toMatchObject({ kind: 'outage', kept: true })
})

const channelOf = (at: number, incidents = 0): ChannelSummary => ({
  channel: `device/${at}`,
  messages: 10,
  incidents,
  ages: undefined,
  early: 0
})
const outcomeOf = (channels: readonly ChannelSummary[], more: Partial<WatchOutcome> = {}): WatchOutcome => ({
  began: BEGAN,
  ended: BEGAN + 10 * SECOND,
  messages: 10 * channels.length,
  unmatched: 0,
  incidents: channels.reduce((sum, { incidents }) => sum + incidents, 0),
  lasting: 0,
  unwatched: 0,
  redelivered: 0,
  early: 0,
  channels,
  first: [],
  ...more
})

const LOOKS = { theme: createTheme(0), columns: 80 }

describe('at the end', () => {
  it.each([
    [80, 'channel…max'],
    [40, 'channel…incidents']
  ])('the table fits into %d columns: ages go where there is no room', (columns, titles) => {
    const ages = { p50: 2000, p95: 3 * SECOND, p99: 4 * SECOND, max: 90 * SECOND }
    const channel = `房间/${'温度/'.repeat(30)}last`
    const table = formatWatchTable(outcomeOf([{ ...channelOf(1, 2), channel, ages }]), { ...LOOKS, columns })
    const lines = table.trim().split('\n')
    expect(Math.max(...lines.map(cellWidth))).toBeLessThanOrEqual(columns)
    expect(lines[0]?.replace(/ .* /, '…')).toBe(titles)
    expect(lines[1]).toMatch(/^房.*….*last? +10 +1\.0\/s +2/)
  })

  it('the table has a bounded number of rows, and JSON has all channels', () => {
    const outcome = outcomeOf(Array.from({ length: 5000 }, (_, at) => channelOf(at)))
    const lines = formatWatchTable(outcome, LOOKS).trim().split('\n')
    expect(lines).toHaveLength(22)
    expect(lines[1]).toMatch(/^device\/0 +10 {2}1\.0\/s$/)
    expect(lines.at(-1)).toBe('and 4,980 more channels')
    expect([...formatOutcome(outcome)]).toHaveLength(5001)
  })

  it('the table has ages where there are some, and is absent without channels', () => {
    const ages = { p50: 2000, p95: 3 * SECOND, p99: 4 * SECOND, max: 90 * SECOND }
    const [, row] = formatWatchTable(
      outcomeOf([{ ...channelOf(1, 2), channel: 'evil\u001b[2J', ages }]),
      LOOKS
    ).split('\n')
    expect(row).toMatch(/^evil\\u001b\[2J +10 +1\.0\/s +2 +2 ms +3 s +4 s +1m30s$/)
    expect(formatWatchTable(outcomeOf([]), LOOKS)).toBe('')
  })

  it('what was not watched, or is doubtful, is told', () => {
    expect(watchWarnings(outcomeOf([]))).toEqual([])
    expect(watchWarnings(outcomeOf([], { unwatched: 1, redelivered: 2 }))).toHaveLength(2)
    const early = (count: number, at: number) => ({ ...channelOf(at), early: count })
    expect(watchWarnings(outcomeOf([early(1, 4), channelOf(5)], { early: 1 }))).toEqual([
      '1 message on "device/4" is dated after it came: the clock that dated it is ahead of the one here'
    ])
    const many = [early(1, 1), early(2, 2), early(3, 3), early(4, 4), early(1, 5)]
    expect(watchWarnings(outcomeOf(many, { early: 11 }))).toEqual([
      '11 messages on "device/4", "device/3", "device/2", 2 more channels are dated after they came: the clock that dated them is ahead of the one here'
    ])
    expect(watchedLine(outcomeOf([channelOf(1, 1)], { unmatched: 4 }))).toBe(
      'Watched 1 channel for 10 s: 10 messages, 1 incident; 4 did not match'
    )
  })

  it('the report has a case for the connection and for each channel, with a bounded number of failures', () => {
    const repeat = (channel: string | undefined) =>
      incidentOf({ kind: 'repeat', value: 1n, stream: undefined }, { channel })
    const first = [
      incidentOf({ kind: 'outage', reason: 'gone' }, { channel: undefined, ended: undefined }),
      ...Array.from({ length: 100 }, () => repeat('device/2'))
    ]
    const outcome = outcomeOf([channelOf(2, 150), channelOf(1)], { first, incidents: 151 })
    const [connection, one, two] = watchCases(outcome)
    expect(connection).toMatchObject({ name: 'connection', failures: [{ type: 'outage' }] })
    expect(connection?.failures[0]?.details).toContain('not over yet')
    expect(one).toEqual({ name: 'device/1', failures: [] })
    expect(two?.failures).toHaveLength(21)
    expect(two?.failures.at(-1)?.message).toBe('130 further incidents')
  })
})

it('JSON holds no terminal control of either kind, and keeps the values', () => {
  const hostile = 'a\u009b2J\u202eb\u001b[2J'
  const incident = incidentOf(
    { kind: 'contract', violation: { ...violation, found: hostile } },
    { channel: hostile }
  )
  const [channel] = [...formatOutcome(outcomeOf([{ ...channelOf(1), channel: hostile }]))]
  const line = formatIncidents({ events: [{ incident, phase: 'began', time: BEGAN }], leftOut: undefined })
  for (const text of [line, channel ?? '']) {
    expect(text).toBe(`${visibleText(text.trimEnd())}\n`)
    expect(JSON.parse(text)).toMatchObject({ channel: hostile })
  }
  expect(JSON.parse(line)).toMatchObject({ violation: { found: hostile } })
})
