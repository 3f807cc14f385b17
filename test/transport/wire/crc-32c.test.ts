import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32c } from '../../../src/transport/wire/crc-32c.js'

test('the sums of RFC 3720, appendix B.4', () => {
  const zeros = Buffer.alloc(32)
  const ones = Buffer.alloc(32, 0xff)
  const rising = Buffer.from(Array.from({ length: 32 }, (_, n) => n))
  const sums = [zeros, ones, rising, Buffer.from(rising).reverse(), Buffer.from('123456789')].map((bytes) =>
    crc32c(bytes).toString(16)
  )
  expect(sums).toEqual(['8a9136aa', '62a8ab43', '46dd794e', '113fdb5c', 'e3069283'])
})

test('is what one bit after the other gives, wherever the bytes lie', () => {
  const slow = (bytes: Uint8Array) => {
    let sum = 0xffffffff
    for (const byte of bytes) {
      sum ^= byte
      for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1
    }
    return ~sum >>> 0
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), fc.nat(20), (bytes, before, after) => {
      const inside = Buffer.concat([Buffer.alloc(before, 7), bytes, Buffer.alloc(after, 9)])
      expect(crc32c(inside, before, before + bytes.length)).toBe(slow(bytes))
    })
  )
})
