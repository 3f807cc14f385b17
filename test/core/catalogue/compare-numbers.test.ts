import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareNumbers } from '../../../src/core/catalogue/compare-numbers.js'

describe('numbers as they are written', () => {
  it('integers of any length are compared exactly', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
        expect(Math.sign(compareNumbers(String(a), String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0)
      })
    )
  })

  it.each([
    ['9007199254740992', '9007199254740993', -1],
    [`1${'0'.repeat(2000)}`, `9${'0'.repeat(1999)}`, 1],
    [`-1${'0'.repeat(2000)}`, `-9${'0'.repeat(1999)}`, -1],
    [`-1${'0'.repeat(2000)}`, '5', -1],
    ['5', `-1${'0'.repeat(2000)}`, 1],
    ['1.5', '1.25', 1],
    ['1e3', '1000', 0],
    ['1.0', '1', 0]
  ])('%.20s and %.20s', (a, b, sign) => {
    expect(Math.sign(compareNumbers(a, b))).toBe(sign)
  })
})
