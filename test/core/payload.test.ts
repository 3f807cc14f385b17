import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { payloadKind } from '../../src/core/payload.js'
import { isUtf8 } from '../../src/core/utf8.js'

describe('payloadKind', () => {
  it.each([
    ['', 'empty'],
    ['{"a":1}', 'json'],
    [' 21.5\n', 'json'],
    ['"a"', 'json'],
    ['on', 'text'],
    ['{"a":1', 'text'],
    ['\ufeff{}', 'text'],
    ['\0', 'text'],
    [' ', 'text']
  ])('of "%s" is %s', (payload, kind) => {
    expect(payloadKind(Buffer.from(payload))).toBe(kind)
  })

  it('of bytes that are not UTF-8 is binary', () => {
    expect(payloadKind(Buffer.from([0x22, 0xff, 0x22]))).toBe('binary')
  })
})

describe('isUtf8', () => {
  const nearUtf8 = fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc
      .array(
        fc.constantFrom(
          0x41,
          0x7f,
          0x80,
          0x8f,
          0x90,
          0x9f,
          0xa0,
          0xbf,
          0xc1,
          0xc2,
          0xdf,
          0xe0,
          0xed,
          0xef,
          0xf0,
          0xf4,
          0xf5
        ),
        { maxLength: 6 }
      )
      .map((bytes) => Uint8Array.from(bytes)),
    fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text))
  )

  it('agrees with the decoder of the platform', () => {
    fc.assert(
      fc.property(nearUtf8, (bytes) => {
        expect(isUtf8(bytes)).toBe(Buffer.from(bytes).equals(Buffer.from(Buffer.from(bytes).toString())))
      }),
      { numRuns: 20_000 }
    )
  })
})
