import { describe, expect, it } from 'vitest'
import type { Subscription } from '../../src/core/connection.js'
import {
  deniedQosWarnings,
  receivedLine,
  retainedWarning,
  subscribedLine
} from '../../src/ui/subscribe-report.js'
import { MEMORY_TRAITS } from '../support/memory-connection.js'

const wish = (pattern: string, more: Partial<Subscription> = {}): Subscription => ({
  pattern,
  guarantee: 1,
  ...more
})

it('the user sees what was subscribed to, where, over what, and whether a session went on', () => {
  expect(subscribedLine(['a', 'b/#'], MEMORY_TRAITS)).toBe('Subscribed to a, b/# at mqtt://memory (MQTT 5)')
  expect(subscribedLine(['a'], { ...MEMORY_TRAITS, resumed: true })).toContain('session resumed')
})

describe('a lower QoS than was asked for', () => {
  const warnings = deniedQosWarnings(
    [wish('a', { guarantee: 2 }), wish('b'), wish('c')],
    [
      { pattern: 'a', guarantee: 1 },
      { pattern: 'b', guarantee: 1 },
      { pattern: 'c', guarantee: undefined, reason: 'no' }
    ]
  )

  it('is told of each pattern, and not of one that was granted in full or refused', () => {
    expect(warnings).toEqual(['"a" was granted with QoS 1 instead of 2'])
  })

  it('is told of no pattern that was not asked for', () => {
    expect(deniedQosWarnings([], [{ pattern: 'a', guarantee: 0 }])).toEqual([])
  })
})

describe('that retained messages may be missing', () => {
  const dropping = { ...MEMORY_TRAITS, protocol: 'MQTT 3.1.1', mayDropRetained: true }
  const warn = (
    more: Partial<Subscription>,
    retained: 'include' | 'skip' | 'only' = 'include',
    broker = dropping
  ) => retainedWarning({ subscriptions: [wish('#', more)], retained }, broker)

  it('is told where the broker may drop some of them', () => {
    expect(warn({})).toContain('MQTT 3.1.1')
    expect(warn({}, 'only')).toBeDefined()
  })

  it.each<[string, string | undefined]>([
    ['none of them is wanted', warn({}, 'skip')],
    ['QoS 0 takes all of them', warn({ guarantee: 0 })],
    ['a group is sent none', warn({ group: 'g' })],
    [
      'the broker drops none',
      retainedWarning({ subscriptions: [wish('#')], retained: 'include' }, MEMORY_TRAITS)
    ]
  ])('is not told where %s', (_where, warning) => {
    expect(warning).toBeUndefined()
  })
})

describe('the closing line', () => {
  const second = 1_000_000
  it.each([
    [1234, 10 * second, 'Received 1,234 messages: 123/s, 10 s'],
    [5, 2 * second, 'Received 5 messages: 2.5/s, 2 s'],
    [5, 60 * second, 'Received 5 messages: 5.0/min, 1m'],
    [5, 3600 * second, 'Received 5 messages: 5.0/h, 1h'],
    [1, second / 5, 'Received 1 message: 200 ms'],
    [0, 5 * second, 'Received 0 messages: 5 s'],
    [2, 0, 'Received 2 messages: 0 ms']
  ])('of %i messages in %i µs is %j', (received, elapsed, line) => {
    expect(receivedLine({ received, elapsed }, undefined)).toBe(line)
  })

  it('is not said where no message was wanted', () => {
    expect(receivedLine({ received: 0, elapsed: 1 }, 0)).toBeUndefined()
  })
})
