import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellWidth } from '../../../../src/ui/cell-width.js'
import {
  fieldRows,
  moveByRows,
  rowOf,
  shownWidth,
  windowOf
} from '../../../../src/ui/channel-browser/form/field-rows.js'
import { fieldOf } from '../../../../src/ui/channel-browser/form/text-field.js'
import { typedText } from '../../../../src/ui/channel-browser/form/typed-text.js'

const rowsOf = (text: string, width: number) =>
  fieldRows(text, width).map(({ start, end }) => text.slice(start, end))

const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\n', '\t', '温度', '👩‍👩‍👧‍👦', 'क्षत्रिय', 'x'.repeat(50))
    )
  )
  .map((parts) => typedText(parts.join(''), true).text)

describe('the rows of a text', () => {
  it('are its lines, and the parts of lines that are too long', () => {
    expect(rowsOf('abcdefgh\n\nxy', 5)).toEqual(['abcd', 'efgh', '', 'xy'])
    expect(rowsOf('温度温度', 6)).toEqual(['温度', '温度'])
    expect(rowsOf('', 5)).toEqual([''])
    expect(rowsOf('a\n', 5)).toEqual(['a', ''])
  })

  it('leave nothing out, and leave a cell to the cursor', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 6, max: 40 }), (text, width) => {
        const rows = fieldRows(text, width)
        let at = 0
        for (const { start, end } of rows) {
          expect(text.slice(at, start)).toBe(start === at ? '' : '\n')
          at = end
        }
        expect(at).toBe(text.length)
        for (const row of rowsOf(text, width)) expect(shownWidth(row)).toBeLessThan(Math.max(width, 16))
      })
    )
  })

  it('are the same whether a long text was changed or is new', () => {
    const parts = fc.oneof(texts, fc.constantFrom('\n', '\u0301', '\u200d', 'क', '\u094d', '🇩', '温', 'x'))
    const edit = fc.record({
      at: fc.nat(),
      removed: fc.nat({ max: 20 }),
      added: parts,
      width: fc.constantFrom(20, 20, 20, 31)
    })
    fc.assert(
      fc.property(texts, fc.array(edit, { maxLength: 8 }), (begin, edits) => {
        let text = `${begin}${'温度 क्षत्रिय 👩‍👩‍👧‍👦\n'.repeat(100)}${begin}${'long '.repeat(100)}`
        for (const { at, removed, added, width } of edits) {
          const place = at % (text.length + 1)
          text = text.slice(0, place) + added + text.slice(place + removed)
          const changed = fieldRows(text, width)
          // Another width makes the rows forget the text before.
          fieldRows(text, width + 1)
          expect(changed).toEqual(fieldRows(text, width))
        }
      })
    )
  })

  it('take a mark that is added at the start of a row to the letter before it', () => {
    const text = 'x'.repeat(3000)
    const second = fieldRows(text, 20)[1]?.start ?? 0
    const marked = `${text.slice(0, second)}\u0301${text.slice(second)}`
    expect(fieldRows(marked, 20)[0]).toEqual({ start: 0, end: second + 1 })
  })

  it('know where the cursor is', () => {
    const rows = fieldRows('abcdefgh\n\nxy', 5)
    expect([0, 3, 4, 8, 9, 10, 12].map((cursor) => rowOf(rows, cursor))).toEqual([0, 0, 1, 1, 2, 3, 3])
  })
})

describe('a cursor that moves by rows', () => {
  it('stays in its column as far as there is one', () => {
    const field = { text: 'abcd\nx\nefgh', cursor: 3 }
    const below = moveByRows(field, 20, 1)
    expect(below?.cursor).toBe(6)
    expect(moveByRows(field, 20, 2)?.cursor).toBe(10)
    expect(moveByRows(field, 20, -1)).toBeUndefined()
    expect(moveByRows(fieldOf('abcd\nx'), 20, 1)).toBeUndefined()
  })

  it('moves within a line that is too long', () => {
    expect(moveByRows({ text: 'abcdefgh', cursor: 1 }, 5, 1)?.cursor).toBe(5)
    expect(moveByRows({ text: 'abcdefgh', cursor: 8 }, 5, -1)?.cursor).toBe(3)
  })

  it('moves exactly one row, wherever it is', () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.constantFrom(1, -1), (text, place, by) => {
        const width = 12
        const rows = fieldRows(text, width)
        const cursor = rows[place % rows.length]?.start ?? 0
        const moved = moveByRows({ text, cursor }, width, by)
        if (moved) expect(rowOf(rows, moved.cursor)).toBe(rowOf(rows, cursor) + by)
      })
    )
  })
})

describe('the part of a long line that is shown', () => {
  it('has the cursor in it, and is no wider than there is room', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 12, max: 40 }), (text, width) => {
        const line = text.replaceAll(/[\n\t]/g, '')
        for (const cursor of [0, line.length]) {
          const shown = windowOf({ text: line, cursor }, width)
          expect(cellWidth(shown.text)).toBeLessThanOrEqual(width)
          expect(shown.cursor).toBeLessThanOrEqual(shown.text.length)
          if (cursor === line.length) expect(line.endsWith(shown.text)).toBe(true)
        }
      })
    )
  })
})
