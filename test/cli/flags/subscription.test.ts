import { describe, expect, it } from 'vitest'
import {
  keptWishOf,
  type SubscriptionFlags,
  subscriberWishOf,
  subscriptionWishesOf
} from '../../../src/cli/flags/subscription.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'

const flags: SubscriptionFlags = {
  where: undefined,
  changed: undefined,
  qos: undefined,
  retained: 'include',
  exclude: undefined,
  session: undefined,
  group: undefined,
  from: undefined,
  'until-end': undefined,
  'skip-unreadable': undefined,
  browse: undefined,
  'no-local': false
}
const wish = (patterns: string[], more: Partial<SubscriptionFlags> = {}, asPublished = false) =>
  subscriberWishOf(patterns, { ...flags, ...more }, mqttGrammar, 3_600_000_000, asPublished)

describe('what a subscriber wants', () => {
  it('is each pattern once, at QoS 1 unless another was asked for', () => {
    expect(wish(['a', 'b/+', 'a']).subscriptions).toEqual([
      { pattern: 'a', guarantee: 1, group: undefined, mqtt: undefined },
      { pattern: 'b/+', guarantee: 1, group: undefined, mqtt: undefined }
    ])
    expect(wish(['a'], { qos: 0 }).subscriptions).toMatchObject([{ guarantee: 0 }])
    expect(wish(['a', 'a']).patterns).toEqual(['a', 'a'])
  })

  it('may be shared with a group, as a flag or as MQTT spells it; the flag counts more', () => {
    expect(wish(['$share/g/a']).subscriptions).toMatchObject([{ pattern: 'a', group: 'g' }])
    expect(wish(['$share/g/a'], { group: 'h' }).subscriptions).toMatchObject([{ pattern: 'a', group: 'h' }])
  })

  it('is in the order of its times where it has an end, or where it is kept', () => {
    const ordered = (made: typeof subscriberWishOf, more: Partial<SubscriptionFlags>) =>
      made(['a'], { ...flags, ...more }, mqttGrammar, 0).subscriptions[0]?.inOrderOfTime
    expect(ordered(subscriberWishOf, { from: 'beginning' })).toBeUndefined()
    expect(ordered(subscriberWishOf, { from: 'beginning', 'until-end': true })).toBe(true)
    expect(ordered(keptWishOf, { from: 'beginning' })).toBe(true)
    expect(ordered(keptWishOf, {})).toBeUndefined()
  })

  it('may begin in a history, end with it, and leave a queue as it is', () => {
    const historyOf = (more: Partial<SubscriptionFlags>) => {
      const [{ from, untilEnd, browse } = { from: undefined }] = wish(['a'], more).subscriptions
      return { from, untilEnd, browse }
    }
    expect(historyOf({})).toEqual({})
    expect(historyOf({ from: '-30m', 'until-end': true })).toEqual({
      from: { time: 1_800_000_000 },
      untilEnd: true
    })
    // While somebody looks at its messages, nobody else gets them.
    expect(historyOf({ browse: true })).toEqual({ browse: true, untilEnd: true })
    expect(() => wish(['a'], { from: 'start' })).toThrow(expect.objectContaining({ code: 'bad-position' }))
  })

  it('is told to MQTT in its own words', () => {
    const mqttOf = (more: Partial<SubscriptionFlags>, asPublished = false) =>
      wish(['a'], more, asPublished).subscriptions[0]?.mqtt
    expect(mqttOf({ 'no-local': true, retained: 'skip' })).toEqual({ noLocal: true, retainHandling: 2 })
    expect(mqttOf({}, true)).toEqual({ retainAsPublished: true })
    // Then the flag has to say which came as kept ones.
    expect(mqttOf({ retained: 'only' }, true)).toBeUndefined()
  })

  it.each([
    ['a session without a name', ['a'], { session: '' }, 'bad-session'],
    ['a group that is no name', ['a'], { group: 'a/b' }, 'bad-group'],
    ['a group without a name', ['a'], { group: '' }, 'bad-group']
  ])('is not %s', (_what, patterns, more, code) => {
    expect(() => wish(patterns, more)).toThrow(expect.objectContaining({ kind: 'usage', code }))
  })

  it('is no bad pattern, and leaves out by none', () => {
    expect(() => wish(['a#'])).toThrow(expect.objectContaining({ kind: 'usage' }))
    expect(() => wish(['a'], { exclude: ['a#'] })).toThrow(expect.objectContaining({ kind: 'usage' }))
  })
})

it('flags take of a broker only what they ask for', () => {
  const wishes = (more: Partial<SubscriptionFlags>) =>
    subscriptionWishesOf({ ...flags, ...more }).map(([, capability]) => capability)
  expect(wishes({})).toEqual([])
  expect(wishes({ qos: 1 })).toEqual([])
  expect(wishes({ qos: 2, session: 's', group: 'g', retained: 'only', 'no-local': true }).sort()).toEqual([
    'exactly-once',
    'groups',
    'member-sessions',
    'no-local',
    'retained',
    'sessions'
  ])
  expect(wishes({ qos: 0 })).toEqual(['at-most-once'])
})
