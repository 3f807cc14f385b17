import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReplayLateness } from '../../../src/core/replay/replay-lateness.js'

test('quantiles are never too low and at most 6 % too high; the worst is exact', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1 }),
      fc.constantFrom(0.5, 0.9, 0.99, 1),
      (values, share) => {
        const lateness = new ReplayLateness()
        for (const value of values) lateness.add(value)
        const sorted = [...values].sort((a, b) => a - b)
        const exact = sorted[Math.ceil(sorted.length * share) - 1] ?? 0
        expect(lateness.quantile(share)).toBeGreaterThanOrEqual(exact - 1e-6 * exact)
        expect(lateness.quantile(share)).toBeLessThanOrEqual(exact * 1.06 + 0.06)
        expect(lateness.worst).toBe(sorted.at(-1))
      }
    )
  )
})

test('a message that is sent early is not late', () => {
  const lateness = new ReplayLateness()
  lateness.add(-5)
  expect(lateness.worst).toBe(0)
})
