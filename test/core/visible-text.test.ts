import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoteName, visibleText } from '../../src/core/visible-text.js'

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\n', '\t', '\x1b', '\x9b', '\u202e', '\u2028', '\ud800'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })
  )
})

describe('visibleText', () => {
  it.each([
    ['\x1b[31mred', '\\u001b[31mred'],
    ['a\nb\tc\rd', 'a\\nb\\tc\\rd'],
    ['\x9b', '\\u009b'],
    ['\x7f', '\\u007f'],
    ['abc\u202edef', 'abc\\u202edef'],
    ['\u2028\u2029\u0085', '\\u2028\\u2029\\u0085'],
    ['\ufeff\u200b', '\\ufeff\\u200b'],
    ['\u{e0041}', '\\udb40\\udc41'],
    ['\ud800x', '\\ud800x'],
    ['grüße 🎉 👩‍💻 中文', 'grüße 🎉 👩‍💻 中文']
  ])('shows %j as %j', (hostile, visible) => {
    expect(visibleText(hostile)).toBe(visible)
  })

  it('leaves nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(text, (hostile) => {
        expect(visibleText(hostile)).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}]/u)
        expect(visibleText(hostile, { keepLines: true })).not.toMatch(/[^\P{Cc}\n\t]/u)
      })
    )
  })

  it('keeps line feeds and tabs if asked to', () => {
    expect(visibleText('a\n\tb\r\x1b', { keepLines: true })).toBe('a\n\tb\\r\\u001b')
  })

  it('does not change what a JSON string says', () => {
    fc.assert(
      fc.property(text, (any) => {
        expect(JSON.parse(visibleText(JSON.stringify(any)))).toBe(any)
      })
    )
  })
})

describe('quoteName', () => {
  it('quotes a short name whole and cuts a long one', () => {
    expect(quoteName('a\x1bb')).toBe('"a\\u001bb"')
    expect(quoteName('x'.repeat(70_000))).toBe(`"${'x'.repeat(60)}…" (70000 characters)`)
  })
})
