import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Subscription } from '../../../src/core/connection.js'
import { FIRST_OWN, LAST } from '../../../src/transport/mqtt/exchange/subscription-identifiers.js'
import {
  firstOverlap,
  identifiersOf,
  identifyOverlapping
} from '../../../src/transport/mqtt/overlapping-subscriptions.js'

const wanted = (...patterns: string[]): Subscription[] =>
  patterns.map((pattern) => ({ pattern, guarantee: 1 }))

describe('patterns that overlap', () => {
  it('are named by an example', () => {
    expect(firstOverlap(wanted('a', 'b/+', 'c', 'b/1'))).toEqual(['b/+', 'b/1'])
    expect(firstOverlap(wanted('a', 'b/+', 'c'))).toBeUndefined()
  })

  it('do not where one is shared with a group, which gets messages of its own', () => {
    const [all, one] = wanted('#', 'a')
    if (all === undefined || one === undefined) throw new Error('two are wanted')
    expect(firstOverlap([all, { ...one, group: 'g' }])).toBeUndefined()
    expect(
      firstOverlap([
        { ...all, group: 'g' },
        { ...one, group: 'g' }
      ])
    ).toEqual(['#', 'a'])
  })

  it('get an identifier each, and the others none', () => {
    const identified = identifyOverlapping(wanted('x', 'a/#', 'a/b'))
    expect(identified.map(({ identifier }) => identifier === undefined)).toEqual([true, false, false])
    expect([...identifiersOf(identified).values()]).toEqual(['a/#', 'a/b'])
    expect(identifyOverlapping(wanted('x', 'y'))).toEqual(wanted('x', 'y'))
  })

  const level = fc.constantFrom('a', 'b', '+')
  const patterns = fc.uniqueArray(
    fc.array(level, { minLength: 1, maxLength: 3 }).map((levels) => levels.join('/')),
    { minLength: 2, maxLength: 8 }
  )

  it('have the same identifiers in every run, in whatever order they are named', () => {
    fc.assert(
      fc.property(patterns, (all) => {
        const once = new Map(
          identifyOverlapping(wanted(...all)).map((each) => [each.pattern, each.identifier])
        )
        for (const each of identifyOverlapping(wanted(...[...all].reverse())))
          expect(each.identifier).toBe(once.get(each.pattern))
        const identifiers = [...once.values()].filter((each) => each !== undefined)
        expect(new Set(identifiers).size).toBe(identifiers.length)
        for (const identifier of identifiers) {
          expect(identifier).toBeGreaterThanOrEqual(FIRST_OWN)
          expect(identifier).toBeLessThanOrEqual(LAST)
        }
      })
    )
  })

  it('have other identifiers in a run with other patterns, whose messages the session may still send', () => {
    const first = identifiersOf(identifyOverlapping(wanted('a/#', 'a/b')))
    const second = identifiersOf(identifyOverlapping(wanted('a/#', 'a/c')))
    expect([...second.keys()].filter((identifier) => first.has(identifier))).toEqual([])
  })
})
