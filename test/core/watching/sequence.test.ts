import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numbersIn } from '../../../src/core/watching/holes.js'
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
    return finding.kind === 'restart' ? `restart ${finding.value} after ${finding.after}` : finding.kind
  })
}

/** The same by a list of everything that has come, for numbers that never begin anew. */
function model(numbers: readonly bigint[]): string[] {
  const seen = new Set<bigint>()
  const [low = 0n] = numbers
  let high = low
  const gaps: { readonly from: bigint; readonly to: bigint }[] = []
  return numbers.map((value, at) => {
    const before = high
    const isAgain = seen.has(value)
    seen.add(value)
    if (at === 0) return 'first'
    if (value > high) {
      high = value
      if (value === before + 1n) return 'next'
      gaps.push({ from: before + 1n, to: value - 1n })
      return `gap ${before + 1n}..${value - 1n}`
    }
    if (isAgain) return 'repeat'
    const gap = gaps.find(({ from, to }) => from <= value && value <= to)
    if (gap === undefined) return value < low ? `late after ${before}` : 'repeat'
    for (let each = gap.from; each <= gap.to; each++) if (!seen.has(each)) return `late after ${before}`
    return `late after ${before}, fills ${gap.from}..${gap.to}`
  })
}

const counting = (from: number, to: number): bigint[] =>
  Array.from({ length: to - from + 1 }, (_, at) => BigInt(from + at))

/** Numbers from 1 to 150 at most, some of which are lost, and that come up to so many places later than they were sent. */
const reordered = (places: number) =>
  fc
    .tuple(
      fc.integer({ min: 0, max: 1000 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: places }), fc.boolean()), { minLength: 1, maxLength: 150 })
    )
    .map(([first, list]) => {
      const sent = list.map(([late, isLost], at) => ({ value: BigInt(first + at), late: at + late, isLost }))
      const come = sent.toSorted((one, other) => one.late - other.late)
      return {
        whole: come.map(({ value }) => value),
        some: come.flatMap(({ value, isLost }) => (isLost ? [] : [value]))
      }
    })

describe('a sequence', () => {
  it('finds what a list of all numbers finds, where nothing begins anew', () => {
    // Each number comes once or not at all, or again after a higher one: that breaks each run.
    const values = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.boolean()), {
      minLength: 1,
      maxLength: 40
    })
    fc.assert(
      fc.property(values, (list) => {
        const numbers = list.flatMap(([offset, isAgain], at) => {
          const value = BigInt(100 + 3 * at)
          return isAgain && at > 0 ? [value, BigInt(100 + (offset % (3 * at)))] : [value]
        })
        expect(play(numbers)).toEqual(model(numbers))
      })
    )
  })

  it.each([4, 30])(
    'finds no restart where numbers come up to %i places late, and closes each gap that was filled',
    (places) => {
      fc.assert(
        fc.property(reordered(places), ({ whole, some }) => {
          const start = places > 4 ? [whole.reduce((least, each) => (each < least ? each : least)) - 1n] : []
          for (const numbers of [
            [...start, ...whole],
            [...start, ...some]
          ])
            expect(play(numbers)).not.toContain('restart')
          const told = play([...start, ...whole])
          const gaps = told.filter((each) => each.startsWith('gap')).map((each) => each.slice(4))
          const filled = told.flatMap((each) => each.split(', fills ')[1] ?? [])
          expect(filled.sort()).toEqual(gaps.sort())
        })
      )
    }
  )

  it('finds each restart that goes back by more than two numbers, once, and with its first number', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 2, max: 200 }),
        fc.integer({ min: 2, max: 700 }),
        (first, length, back) => {
          const high = first + length
          const anew = Math.max(0, high - back)
          const after = counting(anew, Math.max(first, anew + 2, high) + 5)
          const told = play([...counting(first, high), ...after])
          expect(told.filter((each) => each.startsWith('restart'))).toEqual([`restart ${anew} after ${high}`])
          expect(told.filter((each) => each.startsWith('gap'))).toEqual([])
          // What is told before it is found is bounded: the numbers that may have been overtaken, and two.
          expect(told.filter((each) => each !== 'first' && each !== 'next').length).toBeLessThanOrEqual(7)
        }
      )
    )
  })

  it.each([
    [
      'a restart whose 0 and 1 were lost',
      [100, 101, 102, 5, 6, 9, 10, 11],
      ['late after 102', 'restart 5 after 102', 'gap 7..8', 'next', 'next']
    ],
    [
      'a restart within the numbers that have come',
      [...[1, 2, 3, 4, 5, 6, 7, 8], 3, 4, 5, 6, 7, 8, 9],
      ['repeat', 'repeat', 'restart 3 after 8', 'next', 'next', 'next', 'next']
    ],
    [
      'a restart that runs over a gap',
      [1, 2, 3, 5, 6, 2, 3, 4, 5],
      ['repeat', 'repeat', 'restart 2 after 6', 'next']
    ],
    ['two numbers that are sent again', [1, 2, 3, 4, 3, 4, 5], ['repeat', 'repeat', 'next']],
    [
      'three numbers that are sent again',
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 4, 5, 6, 11, 12],
      ['repeat', 'repeat', 'restart 4 after 10', 'next', 'next']
    ],
    [
      'numbers that are sent again twice',
      [1, 2, 3, 4, 5, 6, 7, 3, 4, 5, 3, 4, 5, 6, 8, 9],
      ['restart 3 after 7', 'repeat', 'repeat', 'restart 3 after 5', 'next', 'next', 'next']
    ],
    [
      'numbers that are sent again before one that is lost',
      [1, 3, 4, 5, 6, 4, 5, 6, 8, 7, 2],
      ['restart 4 after 6', 'gap 7..7', 'late after 8, fills 7..7', 'late after 8, fills 2..2']
    ],
    [
      'a restart that has passed what came before',
      [1, 2, 3, 4, 5, 6, 3, 4, 5, 6, 7, 9],
      ['restart 3 after 6', 'next', 'next', 'gap 8..8']
    ],
    [
      'the first numbers that are sent again twice',
      [0, 1, 2, 3, 4, 5, 0, 1, 2, 0, 1, 2, 6],
      ['restart 0 after 5', 'next', 'next', 'restart 0 after 2', 'next', 'next', 'next']
    ],
    ['the first number that is sent again', [1, 2, 3, 4, 1, 5, 6], ['restart 1 after 4', 'next', 'next']],
    [
      'a restart that loses numbers',
      [1, 2, 3, 4, 5, 6, 7, 8, 2, 3, 4, 6, 9],
      ['restart 2 after 8', 'gap 5..5', 'gap 7..8']
    ],
    ['two numbers that are exchanged at the beginning', [2, 1, 3, 4], ['late after 2', 'next', 'next']],
    ['a number that overtakes two at the beginning', [3, 1, 2, 4], ['late after 3', 'late after 3', 'next']],
    [
      'a restart right after the beginning',
      [3, 1, 2, 3, 4],
      ['late after 3', 'late after 3', 'restart 1 after 3', 'next']
    ],
    ['a restart with 1', [900, 1, 2], ['restart 1 after 900', 'next']],
    [
      'two numbers that are exchanged at a restart',
      [900, 2, 1, 3, 4],
      ['late after 900', 'restart 1 after 900', 'next', 'next']
    ],
    [
      'numbers of two publishers',
      [100, 5, 101, 6, 102, 7, 103],
      ['late after 100', 'next', 'late after 101', 'next', 'late after 102', 'next']
    ]
  ])('of %s is told as that', (_what, numbers, ends) => {
    expect(play(numbers.map(BigInt)).slice(-ends.length)).toEqual(ends)
  })

  it('tells no gap where all numbers came, and some in a row were sent again, once or more often', () => {
    const again = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 30 }))
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.array(fc.tuple(fc.integer({ min: 20, max: 60 }), again, fc.integer({ min: 1, max: 3 })), {
          minLength: 1,
          maxLength: 4
        }),
        (first, parts) => {
          let high = first - 1
          const numbers = parts.flatMap(([length, [back, count], times]) => {
            const sent = counting(high + 1, high + length)
            high += length
            const from = Math.max(first, high - back)
            const resent = counting(from, Math.min(high, from + count))
            return [...sent, ...Array.from({ length: times }, () => resent).flat()]
          })
          const told = play([...numbers, BigInt(high + 1)])
          expect(told.filter((each) => each.startsWith('gap'))).toEqual([])
          expect(told.at(-1)).toBe('next')
        }
      )
    )
  })

  it('knows which numbers of its gaps have not come', () => {
    fc.assert(
      fc.property(reordered(30), ({ whole, some: come }) => {
        // It begins with a number before all others: what was sent before the first number is no gap.
        const first = whole.reduce((least, each) => (each < least ? each : least)) - 1n
        const some = [first, ...come]
        const sequence = new Sequence<undefined>(first, { left: 1000 })
        const gaps = some.slice(1).flatMap((value) => {
          const finding = sequence.take(value)
          return finding?.kind === 'gap' ? [finding.remember(undefined)] : []
        })
        const missing = gaps.flatMap(({ ranges }) =>
          ranges.flatMap(({ from, to }) => counting(Number(from), Number(to)))
        )
        const high = some.reduce((most, each) => (each > most ? each : most), first)
        expect(missing).toEqual(counting(Number(first), Number(high)).filter((each) => !some.includes(each)))
        expect(gaps.reduce((sum, { count }) => sum + count, 0n)).toBe(BigInt(missing.length))
      })
    )
  })

  it('knows only some of the missing numbers of a gap with more than 64 holes, and how many there are', () => {
    const sequence = new Sequence<undefined>(0n, { left: 1000 })
    const finding = sequence.take(1000n)
    const missing = finding?.kind === 'gap' ? finding.remember(undefined) : undefined
    for (let value = 2n; value <= 598n; value += 2n) sequence.take(value)
    expect(missing?.count).toBe(700n)
    expect(missing && numbersIn(missing.ranges)).toBeLessThan(700n)
    const listed = missing?.ranges.filter(({ to }) => to < 599n) ?? []
    for (const { from, to } of listed) expect([to, from % 2n]).toEqual([from, 1n])
    expect(missing?.ranges.at(-1)).toEqual({ from: 599n, to: 999n })
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
    expect(sequence.take(2n, true)).toEqual({ kind: 'out-of-order', after: 4n, filled: { mark: 'gap' } })
    for (const value of [2n, 3n, 4n]) expect(sequence.take(value, true)).toEqual({ kind: 'repeat' })
    expect(sequence.take(1n)).toEqual({ kind: 'restart', value: 1n, after: 4n })
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

  it.each([
    ['is none', [1, 3, 4, 5, 6, 7, 4, 5, 6, 8], 9],
    ['is none, and whose gap is filled', [1, 3, 4, 5, 6, 7, 4, 5, 6, 8, 2], 10],
    ['may be none', [1, 3, 4, 5, 6, 7, 8, 4, 5, 6], 9],
    ['is one', [1, 3, 4, 5, 6, 7, 8, 4, 5, 6, 8], 9],
    ['is one, and whose gap is filled', [1, 3, 4, 5, 6, 7, 8, 4, 5, 6, 8, 7], 10],
    ['has come to the same number', [1, 3, 4, 5, 6, 4, 5, 6, 7], 9],
    ['is followed by another one', [10, 12, 13, 14, 15, 13, 14, 15, 1], 10]
  ])('takes of the common budget what it remembers before a restart that %s', (_what, numbers, left) => {
    const budget = { left: 10 }
    play(numbers.map(BigInt), budget)
    expect(budget.left).toBe(left)
  })

  it('gives nothing of the common budget away for good', () => {
    const budget = { left: 3 }
    const told = play([10n, 12n, 14n, 16n, 18n, 20n, 19n, 11n, 17n, 15n, 0n], budget)
    expect(told.slice(6)).toEqual([
      'late after 20, fills 19..19',
      'late after 20',
      'late after 20, fills 17..17',
      'late after 20, fills 15..15',
      'restart 0 after 20'
    ])
    expect(budget.left).toBe(3)
  })
})
