import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decompressLz4 } from '../../../src/transport/wire/lz4.js'

const TEXT = `${'holy sheep '.repeat(4)}${'x'.repeat(3000)}the end of the text, all of it`
/** The frame of this text by the program lz4 1.9.4: `lz4 -BX -9`, with a checksum behind each block. */
const FRAME = Buffer.from(
  'BCJNGHRAvT4AAAC/aG9seSBzaGVlcCALAA4feAEA//////////////+vsHRoZSBlbmQgb2YgCwDwAHRleHQsIGFsbCBvZiBpdBGCu58AAAAAosHdsw==',
  'base64'
)

describe('an LZ4 frame', () => {
  it('of the program lz4 comes out as it went in', () => {
    expect(decompressLz4(FRAME, TEXT.length).toString()).toBe(TEXT)
  })

  it('of a block that is stored as it is comes out as it went in', () => {
    const payload = Buffer.from('stored')
    const size = Buffer.alloc(4)
    size.writeUInt32LE((0x8000_0000 | payload.length) >>> 0)
    const frame = Buffer.concat([
      Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]),
      size,
      payload,
      Buffer.alloc(4)
    ])
    expect(decompressLz4(frame, 100).toString()).toBe('stored')
    expect(() => decompressLz4(frame, 5)).toThrow('more than 5 bytes')
  })

  it('that is damaged is refused, and never grows beyond its limit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(FRAME.length - 1), (bytes, at) => {
        const damaged = Buffer.from(FRAME)
        damaged.set(bytes.subarray(0, damaged.length - at), at)
        try {
          expect(decompressLz4(damaged, 10_000).length).toBeLessThanOrEqual(10_000)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      })
    )
  })
})
