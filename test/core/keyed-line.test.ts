import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitKeyedLine } from '../../src/core/keyed-line.js'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const split = (line: string, delimiter = ':') => {
  const { key, payload } = splitKeyedLine(bytes(line), bytes(delimiter))
  return [
    key === undefined ? key : Buffer.from(key).toString('latin1'),
    Buffer.from(payload).toString('latin1')
  ]
}

describe('a line with a key', () => {
  it.each([
    ['ada:hello', ['ada', 'hello']],
    ['ada:a:b', ['ada', 'a:b']],
    [':hello', ['', 'hello']],
    ['ada:', ['ada', '']],
    [':', ['', '']],
    ['hello', [undefined, 'hello']],
    ['', [undefined, '']],
    ['\xff:\xfe\r', ['\xff', '\xfe\r']]
  ])('%j is cut at the first delimiter', (line, expected) => {
    expect(split(line)).toEqual(expected)
  })

  it('is cut at a delimiter of several bytes', () => {
    expect(split('a=b=>c=>d', '=>')).toEqual(['a=b', 'c=>d'])
  })

  it('keeps each byte, and has the delimiter nowhere in its key', () => {
    // Few different bytes, so that delimiters overlap.
    const some = (minLength: number, maxLength: number) =>
      fc
        .array(fc.constantFrom(0x00, 0x3a, 0xc3, 0xa9, 0xff), { minLength, maxLength })
        .map((each) => Buffer.from(each))
    fc.assert(
      fc.property(some(0, 12), some(1, 3), (line, delimiter) => {
        const { key, payload } = splitKeyedLine(line, delimiter)
        if (key === undefined) {
          expect(line.includes(delimiter)).toBe(false)
          expect(Buffer.from(payload)).toEqual(line)
        } else {
          const before = Buffer.from(key)
          expect(Buffer.concat([before, delimiter, payload])).toEqual(line)
          expect(line.indexOf(delimiter)).toBe(before.length)
        }
      })
    )
  })
})
