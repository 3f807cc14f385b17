import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnsweredPrefix } from '../../src/operations/answered-prefix.js'

describe('the messages that all have an answer', () => {
  it('are those before the first without one, in whatever order answers come', () => {
    const batch = fc.record({ length: fc.nat(5), unanswered: fc.constantFrom(0, 0, 0, 1), rank: fc.nat(9) })
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 8 }), (batches) => {
        const prefix = new AnsweredPrefix()
        const answers = batches.map(({ length, unanswered, rank }) => {
          const answer = prefix.add(length)
          return { rank, tell: () => answer(unanswered) }
        })
        for (const { tell } of answers.sort((a, b) => a.rank - b.rank)) tell()
        const gap = batches.findIndex(({ unanswered }) => unanswered > 0)
        const whole = gap === -1 ? batches : batches.slice(0, gap)
        expect(prefix.count).toBe(whole.reduce((sum, { length }) => sum + length, 0))
      })
    )
  })

  it('wait for those before them', () => {
    const prefix = new AnsweredPrefix()
    const [first, second] = [prefix.add(2), prefix.add(3)]
    second(0)
    expect(prefix.count).toBe(0)
    first(0)
    expect(prefix.count).toBe(5)
    prefix.add(1)(1)
    prefix.add(1)(0)
    expect(prefix.count).toBe(5)
  })
})
