import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellWidth } from '../../src/ui/cell-width.js'
import { wrapWords } from '../../src/ui/wrap-cells.js'

describe('a text that is cut at its blanks', () => {
  it.each([
    ['found "other" (channel)', 16, ['found "other"', '(channel)']],
    ['found "other" (channel)', 13, ['found "other"', '(channel)']],
    ['a-very-long-word is', 6, ['a-very', '-long-', 'word', 'is']],
    ['', 5, []]
  ])('%j in %d cells', (text, width, lines) => {
    expect(wrapWords(text, width)).toEqual(lines)
  })

  it('keeps all of its characters but blanks, and fits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z 語]*$/), fc.integer({ min: 2, max: 12 }), (text, width) => {
        const lines = wrapWords(text, width)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
        for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(width)
      })
    )
  })
})
