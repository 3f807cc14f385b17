import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clusters } from '../../../../src/ui/cell-width.js'
import {
  editText,
  fieldOf,
  ONE_LINE,
  type TextField
} from '../../../../src/ui/channel-browser/form/text-field.js'
import { typedText } from '../../../../src/ui/channel-browser/form/typed-text.js'
import { findObeyed } from '../../../support/hostile-text.js'

const LINES = { hasLines: true, longest: 1000 }

/** The field after keys by name; what is no name of a key is typed. */
function edited(field: TextField, shape: typeof LINES, ...keys: string[]): string {
  let next = field
  for (const name of keys) {
    const text = name === 'space' ? ' ' : [...name].length === 1 ? name : undefined
    next = editText(next, { name, ...(text !== undefined && { text }) }, shape)
  }
  return `${next.text.slice(0, next.cursor)}|${next.text.slice(next.cursor)}`
}

describe('a text that is edited', () => {
  it.each([
    ['a family', '👩‍👩‍👧‍👦'],
    ['a flag', '🇩🇪'],
    ['a rainbow flag', '🏳️‍🌈'],
    ['a conjunct', 'क्षि'],
    ['an accent on a letter', 'é̂'],
    ['a CJK character', '温'],
    ['an Arabic letter with a vowel', 'بَ']
  ])('moves over, and removes, %s as one character', (_what, character) => {
    const field = fieldOf(`a${character}b`)
    expect(edited(field, LINES, 'left', 'left')).toBe(`a|${character}b`)
    expect(edited(field, LINES, 'left', 'left', 'right')).toBe(`a${character}|b`)
    expect(edited(field, LINES, 'left', 'backspace')).toBe('a|b')
    expect(edited(field, LINES, 'home', 'right', 'delete')).toBe('a|b')
  })

  it('moves and removes by words, and by levels of a channel', () => {
    const field = fieldOf('plant/line 1/temp')
    expect(edited(field, LINES, 'ctrl-left')).toBe('plant/line 1/|temp')
    expect(edited(field, LINES, 'ctrl-w')).toBe('plant/line 1/|')
    expect(edited(field, LINES, 'ctrl-w', 'ctrl-w')).toBe('plant/line |')
    expect(edited(field, LINES, 'home', 'ctrl-right', 'ctrl-right')).toBe('plant/line| 1/temp')
  })

  it('moves and removes within a line, where there are several', () => {
    const field = fieldOf('one\ntwo')
    expect(edited(field, LINES, 'home')).toBe('one\n|two')
    expect(edited(field, LINES, 'ctrl-u')).toBe('one\n|')
    expect(edited(field, LINES, 'home', 'backspace')).toBe('one|two')
    expect(edited(field, LINES, 'ctrl-home', 'end', 'ctrl-k')).toBe('one|\ntwo')
    expect(edited(field, LINES, 'ctrl-home', 'ctrl-end', 'enter', 'x')).toBe('one\ntwo\nx|')
  })

  it('has one line where it is a name, whatever is pasted', () => {
    const pasted = editText(fieldOf('a'), { name: 'paste', text: 'b\tc\r\nd' }, ONE_LINE)
    expect(pasted.text).toBe('ab c')
    expect(edited(fieldOf('a'), ONE_LINE, 'enter')).toBe('a|')
  })

  it('is never longer than it may be, and no character is torn', () => {
    const longest = 5
    const pasted = editText(fieldOf('abc'), { name: 'paste', text: 'x👩y' }, { hasLines: true, longest })
    expect(pasted.text).toBe('abcx')
  })

  it('stays the same object where a key does nothing', () => {
    const field = fieldOf('abc')
    for (const name of ['right', 'end', 'delete', 'ctrl-k', 'pageup', 'unknown'])
      expect(editText(field, { name }, LINES)).toBe(field)
  })

  it('never has its cursor within a character, whatever is pressed', () => {
    const key = fc.oneof(
      fc
        .constantFrom(
          'left',
          'right',
          'home',
          'end',
          'backspace',
          'delete',
          'ctrl-left',
          'ctrl-right',
          'ctrl-w',
          'enter'
        )
        .map((name) => ({ name })),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }).map((text) => ({ name: 'paste', text }))
    )
    fc.assert(
      fc.property(fc.array(key, { maxLength: 30 }), (keys) => {
        let field = fieldOf('')
        for (const each of keys) field = editText(field, each, LINES)
        expect(field.cursor).toBeGreaterThanOrEqual(0)
        expect(field.cursor).toBeLessThanOrEqual(field.text.length)
        const isTorn = /^[\udc00-\udfff]/.test(field.text.slice(field.cursor))
        expect(isTorn && /[\ud800-\udbff]$/.test(field.text.slice(0, field.cursor))).toBe(false)
      })
    )
  })

  it('moves over as many characters as a reader counts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
        const seen = typedText(text, false).text
        let field = fieldOf(seen)
        for (const _ of clusters(seen)) field = editText(field, { name: 'left' }, ONE_LINE)
        expect(field.cursor).toBe(0)
      })
    )
  })
})

describe('what is typed or pasted', () => {
  it.each([
    ['a colour', 'a\x1b[31mb', 'ab', 1],
    ['a title', 'a\x1b]0;owned\x07b', 'ab', 1],
    ['a title that ends otherwise', 'a\x1b]0;owned\x1b\\b', 'ab', 1],
    ['a sequence of 8-bit controls', 'a\x9b2Jb', 'ab', 1],
    ['an escape alone', 'a\x1b', 'a', 1],
    ['a mark that turns the direction', 'a\u202eb', 'ab', 1],
    ['nothing that is obeyed', '👩‍👩‍👧‍👦 क्ष\tא', '👩‍👩‍👧‍👦 क्ष\tא', 0]
  ])('loses what a terminal obeys: %s', (_what, text, left, leftOut) => {
    expect(typedText(text, true)).toEqual({ text: left, leftOut })
  })

  it('has the ends of lines that a program expects', () => {
    expect(typedText('a\r\nb\rc\nd', true).text).toBe('a\nb\nc\nd')
  })

  it('never holds what a terminal obeys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(findObeyed(typedText(text, true).text.replaceAll(/[\n\t]/g, ''))).toBeUndefined()
      })
    )
  })
})
