import { describe, expect, it } from 'vitest'
import type { Violation } from '../../src/core/contract.js'
import { ViolationTally } from '../../src/core/violation-tally.js'
import { WRONG } from '../support/plain-contract.js'

const of = (more: Partial<Violation>): Violation => ({ ...WRONG, ...more })

describe('a tally of violations', () => {
  it('counts messages by channel and rule, the most frequent first, with the first example', () => {
    const tally = new ViolationTally()
    tally.add('a', [of({ rule: 'type', found: 'first' })])
    tally.add('b', [])
    tally.add('b', [of({ rule: 'enum' })])
    tally.add('b', [of({ rule: 'enum', found: 'second' }), of({ rule: 'type' })])
    expect(tally).toMatchObject({ checked: 4, wrong: 3, further: 0, elsewhere: 0 })
    expect(tally.rules.map(({ channel, rule, count }) => [channel, rule, count])).toEqual([
      ['b', 'enum', 2],
      ['a', 'type', 1],
      ['b', 'type', 1]
    ])
    expect(tally.rules[0]?.example.found).toBe('31')
    expect([...tally.channels]).toEqual([
      ['a', 1],
      ['b', 3]
    ])
  })

  it('counts a rule once that one message breaks in several places', () => {
    const tally = new ViolationTally()
    tally.add('a', [of({ pointer: '/1' }), of({ pointer: '/2' }), of({ part: 'headers' })])
    expect(tally.rules.map(({ part, count }) => [part, count])).toEqual([
      ['payload', 1],
      ['headers', 1]
    ])
  })

  it('knows 1,000 rules and 10,000 channels, and counts what is further', () => {
    const tally = new ViolationTally()
    for (let at = 0; at < 12_000; at++) tally.add(`c${at}`, [WRONG])
    expect(tally.rules).toHaveLength(1000)
    expect(tally.channels.size).toBe(10_000)
    expect(tally).toMatchObject({ checked: 12_000, wrong: 12_000, further: 11_000, elsewhere: 2000 })
    tally.add('c0', [WRONG])
    expect(tally.rules[0]).toMatchObject({ channel: 'c0', count: 2 })
  })

  it('keeps few of very long names', () => {
    const tally = new ViolationTally()
    for (let at = 0; at < 200; at++) tally.add(`${at}${'x'.repeat(65_000)}`, [WRONG])
    expect(tally.rules.length + tally.channels.size).toBeLessThan(70)
    expect(tally).toMatchObject({ checked: 200, wrong: 200 })
    expect(tally.further + tally.rules.length).toBe(200)
  })
})
