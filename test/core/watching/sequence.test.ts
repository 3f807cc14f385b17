import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Sequence } from '../../../src/core/watching/sequence.js'

/** What one number led to: a finding in words, and the numbers of gaps that are filled by it. */
function play(numbers: readonly bigint[], budget = { left: 1000 }): string[] {
  let sequence: Sequence<string> | undefined
  return numbers.map((value) => {
    if (sequence === undefined) {
      sequence = new Sequence(value, budget)
      return 'first'
    }
    const finding = sequence.take(value)
    if (finding === undefined) return 'next'
    if (finding.kind === 'gap') {
      const gap = `${finding.from}..${finding.to}`
      finding.remember(gap)
      return `gap ${gap}`
    }
    if (finding.kind === 'out-of-order')
      return `late after ${finding.after}${finding.filled ? `, fills ${finding.filled.mark}` : ''}`
    return finding.kind
  })
}

/** The same by a list of everything that has come. */
function model(numbers: readonly bigint[]): string[] {
  let seen = new Set<bigint>()
  let low = 0n
  let high = 0n
  let gaps: { readonly from: bigint; readonly to: bigint }[] = []
  const begin = (value: bigint) => {
    seen = new Set([value])
    low = value
    high = value
    gaps = []
  }
  return numbers.map((value, at) => {
    if (at === 0) {
      begin(value)
      return 'first'
    }
    const before = high
    if (value > high) {
      high = value
      seen.add(value)
      if (value === before + 1n) return 'next'
      gaps.push({ from: before + 1n, to: value - 1n })
      return `gap ${before + 1n}..${value - 1n}`
    }
    const gap = gaps.find(({ from, to }) => from <= value && value <= to)
    if (gap !== undefined && !seen.has(value)) {
      seen.add(value)
      let isFilled = true
      for (let each = gap.from; each <= gap.to; each++) if (!seen.has(each)) isFilled = false
      return `late after ${before}${isFilled ? `, fills ${gap.from}..${gap.to}` : ''}`
    }
    if ((value === 0n || value === 1n) && before > 1n) {
      begin(value)
      return 'restart'
    }
    return value < low ? `late after ${before}` : 'repeat'
  })
}

describe('a sequence', () => {
  it('finds what a list of all numbers finds', () => {
    const value = fc.oneof(fc.bigInt(0n, 30n), fc.bigInt(2n ** 64n, 2n ** 64n + 9n))
    const near = fc.array(fc.bigInt(0n, 12n), { minLength: 1, maxLength: 60 })
    const far = fc.array(value, { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(near, (numbers) => {
        expect(play(numbers)).toEqual(model(numbers))
      })
    )
    fc.assert(
      fc.property(
        far.map((numbers) => numbers.map((each) => (each > 100n ? each - 2n ** 64n + 5n : each))),
        (numbers) => {
          expect(play(numbers)).toEqual(model(numbers))
        }
      )
    )
  })

  it('is exact beyond 2^53', () => {
    const large = 2n ** 63n
    expect(play([large, large + 1n, large + 3n, large + 2n])).toEqual([
      'first',
      'next',
      `gap ${large + 2n}..${large + 2n}`,
      `late after ${large + 3n}, fills ${large + 2n}..${large + 2n}`
    ])
  })

  it('lets a repetition pass where its message may be one, and takes a missing number from it', () => {
    const sequence = new Sequence<string>(1n, { left: 10 })
    const gap = sequence.take(4n)
    if (gap?.kind === 'gap') gap.remember('gap')
    expect(sequence.take(1n, true)).toEqual({ kind: 'repeat' })
    expect(sequence.take(3n, true)).toEqual({ kind: 'out-of-order', after: 4n })
    expect(sequence.take(1n)).toEqual({ kind: 'restart', after: 4n })
  })

  it('remembers a bounded number of holes, and takes what it has forgotten for late', () => {
    const budget = { left: 1000 }
    const numbers = Array.from({ length: 200 }, (_, at) => BigInt(100 + 2 * at))
    const told = play([...numbers, 101n, 497n, 400n], budget)
    expect(told.at(-3)).toBe('late after 498')
    expect(told.at(-2)).toBe('late after 498, fills 497..497')
    expect(told.at(-1)).toBe('repeat')
    expect(budget.left).toBe(1000 - 63)
  })

  it('gives nothing of the common budget away for good', () => {
    const budget = { left: 3 }
    const told = play([10n, 12n, 14n, 16n, 18n, 20n, 19n, 11n, 17n, 15n, 0n], budget)
    expect(told.slice(6)).toEqual([
      'late after 20, fills 19..19',
      'late after 20',
      'late after 20, fills 17..17',
      'late after 20, fills 15..15',
      'restart'
    ])
    expect(budget.left).toBe(3)
  })
})
