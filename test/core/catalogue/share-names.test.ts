import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shareNames } from '../../../src/core/catalogue/share-names.js'

const parts = (...items: string[]) =>
  shareNames(items, (item) => item)
    .map((part) => part.sort())
    .sort()

describe('items', () => {
  it('are together where a chain of names joins them', () => {
    expect(parts('ab', 'cd', 'bc')).toEqual([['ab', 'bc', 'cd']])
    expect(parts('ab', 'cd', 'be')).toEqual([['ab', 'be'], ['cd']])
  })

  it('are each for themselves where they have no name in common, or none', () => {
    expect(parts('a', 'b', '', '')).toEqual([[''], [''], ['a'], ['b']])
  })

  it('are each in one part, and two parts have no name in common', () => {
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 3 })), (items) => {
        const found = shareNames(items, (item) => item)
        expect(found.flat()).toHaveLength(items.length)
        const names = found.map((part) => new Set(part.flat()))
        expect(names.reduce((sum, { size }) => sum + size, 0)).toBe(new Set(items.flat()).size)
      })
    )
  })
})
