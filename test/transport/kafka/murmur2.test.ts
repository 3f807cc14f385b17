import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { murmur2, partitionOfKey } from '../../../src/transport/kafka/murmur2.js'

const require = createRequire(import.meta.url)
/** kafkajs has its own. */
const oracle: (key: Buffer) => number = require('kafkajs/src/producer/partitioners/default/murmur2')

it("a key is hashed as Kafka's Java client hashes it", () => {
  // The values of the client's own test (UtilsTest.testMurmur2).
  expect(murmur2(Buffer.from('21')) | 0).toBe(-973932308)
  expect(murmur2(Buffer.from('foobar')) | 0).toBe(-790332482)
  expect(murmur2(Buffer.from('a-little-bit-long-string')) | 0).toBe(-985981536)
  expect(murmur2(Buffer.from('a-little-bit-longer-string')) | 0).toBe(-1486304829)
  expect(murmur2(Buffer.from('lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8')) | 0).toBe(-58897971)
  expect(murmur2(Buffer.from('abc')) | 0).toBe(479470107)
})

it('every key has the partition that another client gives it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.integer({ min: 1, max: 1000 }), (bytes, count) => {
      const key = Buffer.from(bytes)
      expect(partitionOfKey(key, count)).toBe((oracle(key) & 0x7fff_ffff) % count)
    })
  )
})
