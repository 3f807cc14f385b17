import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asBuffer, decodeUtf8, isUtf8, viewOf, wideCharacterLength } from '../../src/core/utf8.js'

describe('the length of a character', () => {
  it('is that of every character beyond ASCII, and nothing for one that is cut off', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((text) => text > '\x7f'),
        (text) => {
          const bytes = Buffer.from(text)
          expect(wideCharacterLength(bytes, 0, bytes.length)).toBe(bytes.length)
          expect(wideCharacterLength(bytes, 0, bytes.length - 1)).toBe(0)
        }
      )
    )
  })

  it('is given for exactly the bytes that are UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 4 }), (bytes) => {
        bytes[0] = (bytes[0] ?? 0) | 0xc0
        const length = wideCharacterLength(bytes, 0, bytes.length)
        const possible = [2, 3, 4].filter((each) => each <= bytes.length && isUtf8(bytes.subarray(0, each)))
        expect(length).toBe(possible[0] ?? 0)
      }),
      { numRuns: 2000 }
    )
  })

  it.each([
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong euro sign', [0xf0, 0x82, 0x82, 0xac]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a lone tail', [0x80, 0x80]]
  ])('is nothing for %s', (_what, bytes) => {
    expect(wideCharacterLength(Uint8Array.from(bytes), 0, bytes.length)).toBe(0)
  })
})

describe('a part of bytes', () => {
  it('is read as text, a byte order mark included', () => {
    const bytes = Buffer.from('ab\ufeffü')
    expect(decodeUtf8(bytes, 2)).toBe('\ufeffü')
    expect(decodeUtf8(bytes, 0, 2)).toBe('ab')
  })

  it('is the same memory, not a copy', () => {
    const bytes = new Uint8Array(8).subarray(2)
    asBuffer(bytes)[1] = 7
    viewOf(bytes, 2, 4)[0] = 9
    expect([...bytes]).toEqual([0, 7, 9, 0, 0, 0])
    expect(viewOf(bytes, 2)).toHaveLength(4)
  })
})
