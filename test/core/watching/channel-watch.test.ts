import { describe, expect, it } from 'vitest'
import type { Message } from '../../../src/core/message.js'
import { ChannelWatch } from '../../../src/core/watching/channel-watch.js'
import type { Incident } from '../../../src/core/watching/incident.js'
import { parseValueSource } from '../../../src/core/watching/value-source.js'
import type { WatchRules } from '../../../src/core/watching/watch-rules.js'
import { textMessage } from '../../support/memory-connection.js'

const BEGIN = 1_800_000_000_000_000
const SECOND = 1_000_000

function watching(rules: Partial<WatchRules>) {
  const told: string[] = []
  const incidents: Incident[] = []
  const watch = new ChannelWatch(
    { expected: [], known: [], maxChannels: 100, ...rules },
    BEGIN,
    ({ incident, phase }) => {
      const { channel = '*', facts, number } = incident
      if (phase !== 'ended') incidents.push(incident)
      told.push(`${phase} ${number} ${facts.kind} ${channel}`)
    }
  )
  /** @param at seconds after the begin */
  const send = (channel: string, payload: string, at: number, facts: Partial<Message> = {}) =>
    watch.observe(textMessage(channel, payload, facts), BEGIN + at * SECOND)
  return { watch, told, incidents, send }
}

const sequence = (by?: string, countsRedelivered = false) => ({
  number: parseValueSource('/seq', '--sequence'),
  by: by === undefined ? undefined : parseValueSource(by, '--by', true),
  countsRedelivered
})
const seq = (number: number | string) => `{"seq":${number}}`

describe('a sequence in messages', () => {
  it('is told with its numbers, by channel, and a gap ends when all of it has come', () => {
    const { send, told, incidents } = watching({ sequence: sequence() })
    send('a', seq(1), 0)
    send('b', seq(7), 0)
    send('a', seq(4), 1, { kafka: { partition: 3, offset: 12 } })
    send('a', seq(3), 2)
    send('a', seq('"2"'), 3)
    send('a', seq(4), 4)
    send('a', seq(1), 5)
    send('b', seq(8), 6)
    expect(told).toEqual([
      'began 1 gap a',
      'moment 2 out-of-order a',
      'moment 3 out-of-order a',
      'ended 1 gap a',
      'moment 4 repeat a',
      'moment 5 restart a'
    ])
    expect(incidents[0]).toMatchObject({
      facts: { from: 2n, to: 3n },
      place: { partition: 3, offset: 12 },
      began: BEGIN + SECOND,
      ended: BEGIN + 3 * SECOND
    })
  })

  it.each([
    ['/device', '{"seq":1,"device":"x"}', '{"seq":9,"device":"y"}'],
    ['key', seq(1), seq(9)]
  ])('by %s is one sequence for each value, whatever the channel', (by, one, other) => {
    const { send, told } = watching({ sequence: sequence(by) })
    send('a', one, 0, { key: 'x' })
    send('a', other, 0, { key: 'y' })
    send('b', one, 1, { key: 'x' })
    expect(told).toEqual(['moment 1 repeat b'])
  })

  it('lets pass what the broker says to have sent before, unless it is counted', () => {
    const again = { mqtt: { retain: false, dup: true } }
    const passing = watching({ sequence: sequence() })
    const counting = watching({ sequence: sequence(undefined, true) })
    for (const { send } of [passing, counting]) {
      send('a', seq(5), 0)
      send('a', seq(5), 1, again)
      send('a', seq(6), 2, again)
    }
    expect(passing.told).toEqual([])
    expect(passing.watch.redelivered).toBe(1)
    expect(counting.told).toEqual(['moment 1 repeat a'])
  })

  it('that cannot be read is an incident from the first such message to the last', () => {
    const { send, told, incidents } = watching({ sequence: sequence('/by') })
    send('a', '{}', 0)
    send('a', '{"seq":1.5,"by":1}', 1)
    send('a', '{"seq":1}', 2)
    send('a', '{"seq":1,"by":1}', 3)
    send('a', '{"seq":1.5,"by":1}', 4)
    expect(told).toEqual(['began 1 unnumbered a', 'ended 1 unnumbered a', 'began 2 unnumbered a'])
    expect(incidents.map(({ facts, messages }) => [facts, messages])).toEqual([
      [{ kind: 'unnumbered', why: 'no value at /seq' }, 3],
      [{ kind: 'unnumbered', why: 'no whole number at /seq: 1.5' }, 1]
    ])
  })
})

describe('the age of messages', () => {
  const age = (limit: number | undefined, at?: string) => ({
    limit,
    timestamp: at === undefined ? undefined : parseValueSource(at, '--timestamp')
  })
  const time = (at: number) => new Date(BEGIN / 1000 + at * 1000).toISOString()

  it('is an incident from the first late message to the next one that is not, with the worst age', () => {
    const { send, told, incidents, watch } = watching({ age: age(5 * SECOND, '/at') })
    for (const [at, made] of [
      [1, 0],
      [10, 2],
      [11, 1],
      [12, 7],
      [13, 90]
    ] as const)
      send('a', JSON.stringify({ at: time(made) }), at)
    expect(told).toEqual(['began 1 late a', 'ended 1 late a'])
    expect(incidents[0]).toMatchObject({
      facts: { age: 8 * SECOND, limit: 5 * SECOND },
      worst: 10 * SECOND,
      messages: 2
    })
    expect([...watch.summaries()]).toMatchObject([
      { messages: 5, incidents: 1, ages: { max: 10 * SECOND }, early: 1 }
    ])
  })

  it.each([
    ['{}', 'no time at /at'],
    [
      '{"at":"2026-11-29T12:00:00"}',
      'no time at /at: 2026-11-29T12:00:00, which has no zone, such as Z or +01:00'
    ],
    ['{"at":"2026-11-29"}', 'no time at /at: 2026-11-29, which has no time of day and no zone'],
    ['{"at":-5}', 'no time at /at: -5, which is before 1970'],
    ['{"at":"soon"}', 'no time at /at: soon'],
    [`{"at":"${'x'.repeat(900)}"}`, `no time at /at: ${'x'.repeat(60)}…`]
  ])('of %s is not known, and it is told why', (payload, why) => {
    const { send, incidents } = watching({ age: age(undefined, '/at') })
    send('a', payload, 0)
    expect(incidents.map(({ facts }) => facts)).toEqual([{ kind: 'undated', why }])
  })

  it('counts from when a message was received, and from the time of its publisher where no place is named', () => {
    const { send, told } = watching({ age: age(SECOND) })
    send('a', '', 60, { time: BEGIN, sourceTime: BEGIN - SECOND })
    send('a', '', 61, { time: BEGIN, sourceTime: BEGIN - SECOND - 1 })
    send('b', '', 62)
    expect(told).toEqual(['began 1 late a', 'began 2 undated b'])
  })
})

describe('the rules that the messages of an incident break', () => {
  const broken = (name: string, schema = `/${name}`) =>
    ({ part: 'payload', pointer: '', rule: name, expected: 'x', found: 'y', schema }) as const
  const breaking = (...names: string[]) => ({ violations: names.map((name) => broken(name)) })
  const counts = (incident: Incident | undefined) =>
    incident?.rules?.told.map(({ violation, count }) => `${violation.rule} ${count}`)

  it('are counted each, once in a message', () => {
    const { send, told, incidents } = watching({ checked: true })
    send('a', '1', 0, breaking('type'))
    send('a', '2', 1, breaking('type', 'type'))
    expect(incidents[0]).toMatchObject({ messages: 2, facts: { violation: broken('type') } })
    expect(incidents[0]?.rules).toBeUndefined()
    send('a', '3', 2, breaking('required', 'type', 'required'))
    send('a', '4', 3)
    send('a', '5', 4, breaking('enum', 'type'))
    expect(told).toEqual(['began 1 contract a', 'ended 1 contract a', 'began 2 contract a'])
    expect(incidents.map(counts)).toEqual([
      ['type 3', 'required 1'],
      ['enum 1', 'type 1']
    ])
  })

  it('are told in a bounded number', () => {
    const { send, incidents } = watching({ checked: true })
    for (let at = 0; at < 20; at++) send('a', '1', at, breaking(`rule${at}`))
    expect(counts(incidents[0])).toHaveLength(5)
    expect(incidents[0]?.rules?.further).toBe(15)
  })

  it('are bounded over all channels, until incidents end', () => {
    const { send, incidents } = watching({ checked: true, maxChannels: 6000 })
    const all = breaking('a', 'b', 'c', 'd', 'e')
    for (let at = 0; at < 5001; at++) send(`c/${at}`, '1', 0, all)
    expect(counts(incidents[4999])).toHaveLength(5)
    expect(counts(incidents[5000])).toEqual(['a 1'])
    expect(incidents[5000]?.rules?.further).toBe(4)
    send('c/0', '1', 1)
    send('c/0', '1', 2, all)
    expect(counts(incidents[5001])).toHaveLength(5)
  })
})

it('a message that breaks the contract begins an incident, and one that keeps it ends it', () => {
  const violation = {
    part: 'payload',
    pointer: '/a',
    rule: 'type',
    expected: 'a number',
    found: 'x',
    schema: '#'
  } as const
  const { send, told, incidents } = watching({ checked: true })
  for (const [at, isBad] of [false, true, true, false, true].entries())
    send('a', '', at, isBad ? { violations: [violation] } : {})
  expect(told).toEqual(['began 1 contract a', 'ended 1 contract a', 'began 2 contract a'])
  expect(incidents.map(({ messages }) => messages)).toEqual([2, 1])
  expect(incidents[0]?.facts).toEqual({ kind: 'contract', violation })
})

describe('a lost connection', () => {
  it('is an incident, and silence counts anew when it is back', () => {
    const { watch, send, told } = watching({
      maxSilence: 10 * SECOND,
      minRate: { count: 1, window: 5 * SECOND }
    })
    send('a', '', 0)
    watch.lost(BEGIN + 4 * SECOND, 'the network is down')
    watch.lost(BEGIN + 5 * SECOND, 'refused')
    watch.advance(BEGIN + 100 * SECOND)
    expect(told).toEqual(['began 1 outage *'])
    watch.restored(BEGIN + 100 * SECOND)
    expect(watch.deadline).toBeLessThanOrEqual(BEGIN + 110 * SECOND + 1)
    watch.advance(BEGIN + 105 * SECOND)
    expect(told.slice(1)).toEqual(['ended 1 outage *'])
    watch.advance(BEGIN + 111 * SECOND)
    expect(told.slice(2).sort()).toEqual(
      ['began 2 silence a', 'began 3 low-rate a'].map((each) =>
        expect.stringMatching(each.replace(/\d/, '\\d'))
      )
    )
  })

  it('at the end leaves open what would have come', () => {
    const { watch, told } = watching({ expected: ['a'], maxSilence: SECOND })
    watch.lost(BEGIN + 1000, 'gone')
    watch.held(BEGIN + 2000, BEGIN + SECOND)
    watch.finish(BEGIN + 100 * SECOND)
    expect(told).toEqual(['began 1 outage *'])
  })
})

describe('a channel that is expected', () => {
  it('and has no message by the end is an incident, once', () => {
    const { watch, send, told } = watching({ expected: ['a', 'b', 'b'] })
    send('a', '', 0)
    watch.finish(BEGIN + SECOND)
    expect(told).toEqual(['began 1 silence b'])
    const timed = watching({ expected: ['a'], known: ['a', 'k'], maxSilence: SECOND })
    timed.watch.advance(BEGIN + 2 * SECOND)
    timed.watch.finish(BEGIN + 3 * SECOND)
    expect(timed.told).toEqual(['began 1 silence a', 'began 2 silence k'])
  })
})

it('more channels than there is room for are counted, as are streams', () => {
  const { watch, send, told } = watching({ maxChannels: 2, sequence: sequence('/by') })
  for (const [at, channel] of ['a', 'b', 'c', 'a', 'a'].entries()) send(channel, `{"seq":1,"by":${at}}`, 0)
  expect(watch.unwatched).toBe(3)
  expect(watch.messages).toBe(5)
  expect(told).toEqual([])
})
