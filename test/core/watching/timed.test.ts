import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChannelWatch } from '../../../src/core/watching/channel-watch.js'
import type { IncidentEvent } from '../../../src/core/watching/incident.js'
import type { WatchRules } from '../../../src/core/watching/watch-rules.js'
import { textMessage } from '../../support/memory-connection.js'

const BEGIN = 1_000_000_000_000
const RULES: WatchRules = { expected: [], known: [], maxChannels: 100 }

interface Arrival {
  readonly channel: string
  /** Microseconds after the begin. */
  readonly at: number
}

/** Arrivals on a few channels, in order, at times that often are equal, and often are those of limits. */
const schedules = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 400 })), { maxLength: 40 })
  .map((list) =>
    list
      .map(([channel, tick]): Arrival => ({ channel, at: tick * 50_000 }))
      .toSorted((one, other) => one.at - other.at)
  )

/** Plays a schedule as an operation does: `advance` at each deadline, messages at their times. Events as text, in order of channels. */
function play(rules: Partial<WatchRules>, schedule: readonly Arrival[], end: number): string[] {
  const told: string[] = []
  const watch = new ChannelWatch({ ...RULES, ...rules }, BEGIN, ({ incident, phase }: IncidentEvent) => {
    const { channel, facts, began, ended } = incident
    const time = (phase === 'ended' ? (ended ?? 0) : began) - BEGIN
    told.push(`${channel} ${facts.kind} ${phase} ${time}`)
  })
  const wait = (until: number) => {
    for (let { deadline } = watch; deadline !== undefined && deadline <= until; deadline = watch.deadline)
      watch.advance(deadline)
  }
  for (const { channel, at } of schedule) {
    wait(BEGIN + at)
    watch.observe(textMessage(channel), BEGIN + at)
  }
  wait(BEGIN + end)
  watch.finish(BEGIN + end)
  return told.sort()
}

const END = 30_000_000

describe('silence', () => {
  const limit = 1_000_000
  /** Each pause that is longer than the limit. */
  function pauses(schedule: readonly Arrival[], expected: readonly string[]): string[] {
    const told: string[] = []
    for (const channel of ['a', 'b', 'c']) {
      const times = schedule.filter((each) => each.channel === channel).map(({ at }) => at)
      if (expected.includes(channel)) times.unshift(0)
      times.push(Number.POSITIVE_INFINITY)
      for (const [at, time] of times.entries()) {
        const before = times[at - 1]
        if (before === undefined || Math.min(time, END) - before <= limit) continue
        told.push(`${channel} silence began ${before + limit}`)
        if (time < END) told.push(`${channel} silence ended ${time}`)
      }
    }
    return told.sort()
  }

  it('is found where a list of all times has it', () => {
    fc.assert(
      fc.property(schedules, fc.subarray(['a', 'c']), (schedule, expected) => {
        expect(play({ maxSilence: limit, expected }, schedule, END)).toEqual(pauses(schedule, expected))
      })
    )
  })
})

it('messages that are held back are no silence of theirs, and its order stays that of its ends', () => {
  const limit = 1_000_000
  const holds = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 5 })
  fc.assert(
    fc.property(schedules, holds, (schedule, lengths) => {
      const told: { readonly channel: string | undefined; readonly at: number }[] = []
      const watch = new ChannelWatch({ ...RULES, maxSilence: limit }, BEGIN, ({ incident, phase }) => {
        if (phase === 'began') told.push({ channel: incident.channel, at: incident.began })
      })
      // After each of the first messages, nothing is read for a while: all that follows comes later by as much.
      let held = 0
      for (const [place, { channel, at }] of schedule.entries()) {
        watch.observe(textMessage(channel), BEGIN + at + held)
        const length = (lengths[place] ?? 0) * 100_000
        if (length === 0) continue
        watch.held(BEGIN + at + held, BEGIN + at + held + length)
        held += length
      }
      watch.advance(BEGIN + END + held)
      const whole: string[] = []
      const plain = new ChannelWatch({ ...RULES, maxSilence: limit }, BEGIN, ({ incident, phase }) => {
        if (phase === 'began') whole.push(`${incident.channel}`)
      })
      for (const { channel, at } of schedule) plain.observe(textMessage(channel), BEGIN + at)
      plain.advance(BEGIN + END)
      expect(told.map(({ channel }) => channel).sort()).toEqual(whole.sort())
      const times = told.map(({ at }) => at)
      expect(times).toEqual(times.toSorted((one, other) => one - other))
    })
  )
})

describe('rates', () => {
  const window = 2_000_000
  const bucket = window / 10
  const limit = 3
  const bucketOf = (at: number) => Math.floor((BEGIN + at) / bucket)

  /** Counts every window from the list of all times. */
  function model(kind: 'low-rate' | 'high-rate', schedule: readonly Arrival[]): string[] {
    const told: string[] = []
    for (const channel of ['a', 'b', 'c']) {
      const times = schedule.filter((each) => each.channel === channel).map(({ at }) => at)
      const [first] = times
      if (first === undefined) continue
      let isOpen = false
      const change = (opens: boolean, time: number) => {
        if (isOpen === opens) return
        isOpen = opens
        told.push(`${channel} ${kind} ${opens ? 'began' : 'ended'} ${time}`)
      }
      for (let last = bucketOf(first); last <= bucketOf(END); last++) {
        for (const at of times.filter((each) => bucketOf(each) === last)) {
          const until = times.filter(
            (each, place) => place <= times.lastIndexOf(at) && bucketOf(each) > last - 10
          )
          // Of several at one time, the last one has the count; which one of them is too many does not show in the time.
          if (kind === 'high-rate' && until.length > limit) change(true, at)
        }
        const end = (last + 1) * bucket - BEGIN
        if (end > END || last - bucketOf(first) < 10) continue
        const count = times.filter((each) => bucketOf(each) <= last && bucketOf(each) > last - 10).length
        if (kind === 'high-rate' ? count <= limit : count >= limit) change(false, end)
        else if (kind === 'low-rate') change(true, end)
      }
    }
    return told.sort()
  }

  it.each([
    ['low-rate', { minRate: { count: limit, window } }],
    ['high-rate', { maxRate: { count: limit, window } }]
  ] as const)('%s is found where counting each window finds it', (kind, rules) => {
    fc.assert(
      fc.property(schedules, fc.subarray(['a', 'd']), (schedule, expected) => {
        // What is expected has a rate from its first message, as all channels. That there is none is told as silence, at the end.
        const silent = expected.filter((each) => schedule.every(({ channel }) => channel !== each))
        const told = play({ ...rules, expected }, schedule, END)
        const missing = silent.map((each) => `${each} silence began ${END}`)
        expect(told).toEqual([...model(kind, schedule), ...missing].sort())
      })
    )
  })

  it('take a pause of years in a moment, and find that nothing came', () => {
    const year = 365 * 86_400_000_000
    const told: string[] = []
    const long = new ChannelWatch(
      { ...RULES, minRate: { count: 1, window: 1_000_000 } },
      BEGIN,
      ({ incident, phase }) => told.push(`${incident.facts.kind} ${phase}`)
    )
    long.observe(textMessage('a'), BEGIN)
    long.observe(textMessage('a'), BEGIN + 100 * year)
    long.advance(BEGIN + 100 * year + 2_000_000)
    expect(told).toEqual(['low-rate began', 'low-rate ended', 'low-rate began'])
  })
})
