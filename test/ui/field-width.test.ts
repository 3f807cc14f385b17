import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visibleText } from '../../src/core/visible-text.js'
import { cellWidth } from '../../src/ui/cell-width.js'
import { fitField, parseFieldWidth } from '../../src/ui/field-width.js'

function fitted(field: string, text: string): string {
  const { width } = parseFieldWidth(field)
  if (width === undefined) throw new Error(`${field} has no width`)
  return fitField(text, width)
}

describe('the width of a field', () => {
  it.each([
    ['channel:6', 'a/b', 'a/b   '],
    ['channel:<6', 'a/b', 'a/b   '],
    ['payload.temp:>6', '21.5', '  21.5'],
    ['payload:^6', 'abc', ' abc  '],
    ['channel:2', 'a/b', 'a/b'],
    ['channel:6', '日本', '日本  '],
    ['payload:>3', '👩‍👩‍👧', ' 👩‍👩‍👧'],
    ['payload:4', 'e\u0301', 'e\u0301   '],
    ['payload:.4', 'abcdef', 'abc…'],
    ['payload:6.4', 'abcdef', 'abc…  '],
    ['payload:>6.4', 'abcdef', '  abc…'],
    ['payload:.4', 'abcd', 'abcd'],
    ['payload:4.4', '日本語', '日… '],
    ['payload:.0', 'abc', ''],
    ['channel:.10', 'house2/kitchen/motion', 'hou…motion'],
    ['payload:5', '', '     ']
  ])('%s shows %j as %j', (field, text, shown) => {
    expect(fitted(field, text)).toBe(shown)
  })

  it('is not what only looks like it: a name may hold a colon', () => {
    for (const name of ['channel', 'headers.a:b', 'headers.a:', 'payload.x:20px', 'payload.a:1000', ':5'])
      expect(parseFieldWidth(name)).toEqual({ name, width: undefined })
    expect(parseFieldWidth('headers.a:b:5').name).toBe('headers.a:b')
  })

  it('is kept in cells, whatever the text is', () => {
    const texts = fc.string({
      unit: fc.oneof(fc.constantFrom('日', '👩‍👩‍👧', 'e\u0301', 'नि'), fc.string({ unit: 'grapheme' }))
    })
    const aligns = fc.constantFrom('', '<', '>', '^')
    fc.assert(
      fc.property(texts, aligns, fc.nat(40), (text, align, width) => {
        const visible = visibleText(text)
        expect(cellWidth(fitted(`payload:${align}${width}.${width}`, visible))).toBe(width)
        // Without a cut nothing is lost.
        expect(fitted(`payload:${align}${width}`, visible).trim()).toBe(visible.trim())
      })
    )
  })
})
