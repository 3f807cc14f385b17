import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cellWidth } from '../../src/ui/cell-width.js'
import { formatMarked } from '../../src/ui/marked-text.js'

it('the mark is below the place', () => {
  expect(formatMarked({ text: 'payload.temp > && retain', offset: 15 })).toBe(
    '  payload.temp > && retain\n                 ^'
  )
  expect(formatMarked({ text: 'size >', offset: 6 })).toBe('  size >\n        ^')
  expect(formatMarked({ text: '', offset: 0 })).toBe('  \n  ^')
})

it('of a long text the part around the mark is shown', () => {
  const text = `${'a'.repeat(100)}!${'b'.repeat(100)}`
  expect(formatMarked({ text, offset: 100 })).toBe(
    `  …${'a'.repeat(36)}!${'b'.repeat(35)}…\n   ${' '.repeat(36)}^`
  )
})

it('what a terminal would obey is visible, and wide characters move the mark', () => {
  expect(formatMarked({ text: '"日本\n\u001b[31m" = 1', offset: 11 })).toBe(
    '  "日本\\n\\u001b[31m" = 1\n                     ^'
  )
})

it('is two short lines, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(300), (text, at) => {
      const lines = formatMarked({ text, offset: Math.min(at, text.length) }).split('\n')
      expect(lines).toHaveLength(2)
      expect(cellWidth(lines[1] ?? '')).toBeLessThan(1000)
    })
  )
})
