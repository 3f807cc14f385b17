import { describe, expect, it } from 'vitest'
import { numberKinds } from '../../../src/core/catalogue/numbered-level.js'

describe('a level with a number at its end', () => {
  it.each([
    ['17', { key: 'number', tail: '17' }],
    ['lamp-17', { key: 'number lamp-', word: 'lamp-', tail: '17' }],
    // Digits alone would make no name.
    ['1-2', { key: 'number 1-', tail: '2' }]
  ])('%s', (level, kind) => {
    expect(numberKinds(level)).toEqual([{ ...kind, fewest: expect.any(Function) }])
  })

  it.each(['lamp', '17-lamp', '1'.repeat(21), ''])('%j has none', (level) => {
    expect(numberKinds(level)).toEqual([])
  })
})

describe('how many siblings it takes', () => {
  it.each([
    [['1', '2'], 3],
    [['123456', '123457'], 2],
    [['12345', '123457'], 3]
  ])('numbers %j', (tails, fewest) => {
    expect(numberKinds('1')[0]?.fewest(tails)).toBe(fewest)
  })

  it('behind a word five digits are a serial number', () => {
    expect(numberKinds('sn1')[0]?.fewest(['12345', '12346'])).toBe(2)
    expect(numberKinds('sn1')[0]?.fewest(['1', '2'])).toBe(3)
  })
})
