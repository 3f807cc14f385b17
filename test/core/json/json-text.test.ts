import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compactJson, jsonProblem, lineAndColumn, scanJson } from '../../../src/core/json/json-text.js'

function compact(text: string): string {
  return Buffer.from(compactJson(Buffer.from(text))).toString()
}

/** Whether JSON.parse accepts the bytes. It implements RFC 8259, but reads text and not bytes. */
function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    return true
  } catch {
    return false
  }
}

const pieces = fc.constantFrom(
  ...'{}[],:"\\ \n\t-+.eE019tnu'.split(''),
  ...[
    'true',
    'false',
    'null',
    '"a"',
    '"a":',
    '\\u12aF',
    '\\n',
    '\\x',
    '-1',
    '0.5',
    '1e5',
    '\0',
    '\x7f',
    '\ufeff',
    'ü',
    '🎉',
    '\u2028'
  ]
)
const almostJson = fc.oneof(
  fc.array(pieces, { maxLength: 12 }).map((parts) => Buffer.from(parts.join(''))),
  fc.array(pieces, { maxLength: 6 }).map((parts) => Buffer.from(`[${parts.join('')}]`)),
  fc.array(pieces, { maxLength: 6 }).map((parts) => Buffer.from(`"${parts.join('')}"`)),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.concat([Buffer.from('"'), bytes, Buffer.from('"')])),
  fc.json().map((text) => Buffer.from(text)),
  fc.tuple(fc.json(), fc.nat(), fc.integer({ min: 0, max: 255 })).map(([text, at, byte]) => {
    const bytes = Buffer.from(text)
    bytes[at % bytes.length] = byte
    return bytes
  })
)

describe('scanJson', () => {
  it('accepts exactly the valid UTF-8 that JSON.parse accepts', () => {
    fc.assert(
      fc.property(almostJson, (bytes) => {
        expect(scanJson(bytes).ok).toBe(isJson(bytes))
      }),
      { numRuns: 20_000 }
    )
  })

  it.each([
    ['', 0, 'it is empty'],
    [' ', 1, 'it ends too early'],
    ['\ufeff{}', 0, 'expected a value, found a byte order mark'],
    ['{"a":1,}', 7, 'expected a name in double quotes, found "}"'],
    ["{'a':1}", 1, 'expected a name in double quotes, found "\'"'],
    ['{"a" 1}', 5, 'expected ":", found "1"'],
    ['[1 2]', 3, 'expected "," or "]", found "2"'],
    ['{"a":1]', 6, 'expected "," or "}", found "]"'],
    ['[1,]', 3, 'expected a value, found "]"'],
    ['nul', 0, 'expected a value, found "n"'],
    ['{} x', 3, 'expected nothing after the value, found "x"'],
    ['01', 0, 'a number starts with 0'],
    ['-', 1, 'a number has no digit after its "-"'],
    ['1.', 2, 'a number has no digit after its "."'],
    ['1e+', 3, 'a number has no digit in its exponent'],
    ['"a', 2, 'a string does not end'],
    ['"\n"', 1, 'a string holds a raw control character, found byte 0x0a'],
    ['"\\x"', 1, 'a string holds an unknown escape, found "x"']
  ])('says where and why "%s" is not JSON', (text, offset, reason) => {
    expect(scanJson(Buffer.from(text))).toEqual({ ok: false, offset, reason })
  })

  it('refuses strings that are not UTF-8: overlong, surrogate, cut off, beyond U+10FFFF', () => {
    for (const hex of ['c080', 'eda080', 'e282', 'f4908080', 'ff', '80'])
      expect(scanJson(Buffer.from(`22${hex}22`, 'hex'))).toMatchObject({
        ok: false,
        offset: 1,
        reason: 'a string is not UTF-8'
      })
  })

  it.each(['{"a": [1, 2]}', '1', '"ü"', '[ ]'])('says that "%s" can stand on one line unchanged', (text) => {
    expect(scanJson(Buffer.from(text))).toEqual({ ok: true, compact: true })
  })

  it.each(['[1,\n2]', '[\r]', ' 1', '1 ', '1\n', '"\u2028"', '"\u2029"', '"\u0085"'])(
    'says that "%s" cannot stand on one line unchanged',
    (text) => {
      expect(scanJson(Buffer.from(text))).toEqual({ ok: true, compact: false })
    }
  )

  it('accepts a million levels', () => {
    const half = 1_000_000
    expect(scanJson(Buffer.from('['.repeat(half) + ']'.repeat(half)))).toEqual({ ok: true, compact: true })
    expect(scanJson(Buffer.from('[{"a":'.repeat(half)))).toMatchObject({
      ok: false,
      reason: 'it ends too early'
    })
    expect(scanJson(Buffer.from(`${'['.repeat(half)}}`))).toMatchObject({ ok: false, offset: half })
  })
})

describe('compactJson', () => {
  it('removes white space between tokens and nothing else', () => {
    expect(
      compact(' { "a b" : [ 1.0 , -0 , 1e400 ] ,\r\n\t"a b":"\\" \\\\" , "\\ud800": 9223372036854775808 } \n')
    ).toBe('{"a b":[1.0,-0,1e400],"a b":"\\" \\\\","\\ud800":9223372036854775808}')
  })

  it('writes characters that some programs take for the end of a line as escapes', () => {
    expect(compact('"a\u2028b\u2029c\u0085d\u20aae"')).toBe('"a\\u2028b\\u2029c\\u0085d\u20aae"')
  })

  it('keeps the value, gives one line, and changes nothing when called again', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 1, '\t'), (text, space) => {
        const spread = JSON.stringify(JSON.parse(text), null, space)
        expect(JSON.parse(compact(spread))).toEqual(JSON.parse(text))
        expect(scanJson(compactJson(Buffer.from(spread)))).toEqual({ ok: true, compact: true })
        expect(compact(compact(spread))).toBe(compact(spread))
      })
    )
  })
})

describe('the place of an error', () => {
  it('is given in lines and characters, from 1', () => {
    const bytes = Buffer.from('{\n  "ü🎉": x\n}')
    expect(jsonProblem(bytes)).toEqual({ line: 2, column: 9, reason: 'expected a value, found "x"' })
    expect(jsonProblem(Buffer.from('{}\n'))).toBeUndefined()
    expect(lineAndColumn(bytes, 0)).toEqual({ line: 1, column: 1 })
    expect(lineAndColumn(bytes, bytes.length)).toEqual({ line: 3, column: 2 })
  })
})
