import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesPattern, patternOfNames } from '../../../src/core/catalogue/name-pattern.js'

describe('the pattern of names', () => {
  it.each([
    [['lamp-1', 'lamp-12'], 'lamp-', '^lamp-[0-9]{1,2}$'],
    [['0a', 'ff'], '', '^[0-9A-Fa-f]{2}$'],
    [['x.1', 'x.z'], 'x.', '^x\\.[0-9G-Zg-z]{1}$'],
    [['a-1', 'a]2'], 'a', '^a[0-9\\-\\]]{2}$']
  ])('of %j', (names, word, pattern) => {
    expect(patternOfNames(names, word)).toBe(pattern)
  })

  it('matches every one of them, whatever characters they are made of', () => {
    const names = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { minLength: 1 })
    fc.assert(
      fc.property(fc.string({ maxLength: 5 }), names, (word, tails) => {
        const all = tails.map((tail) => word + tail)
        const pattern = patternOfNames(all, word)
        for (const name of all) expect(new RegExp(pattern, 'u').test(name)).toBe(true)
      })
    )
  })
})

describe('whether a name matches a pattern of a document', () => {
  it('is told for patterns of our form', () => {
    expect(matchesPattern('lamp-7', '^lamp-[0-9]{1,2}$')).toBe(true)
    expect(matchesPattern('lamp-x', '^lamp-[0-9]{1,2}$')).toBe(false)
  })

  it.each(['^(a+)+$', '.*', '^[0-9]{2}', '^[z-a]{1}$'])('is not told for %s', (pattern) => {
    expect(matchesPattern('a', pattern)).toBeUndefined()
  })
})
