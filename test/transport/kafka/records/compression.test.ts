import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { HEADER_SIZE } from '../../../../src/transport/kafka/records/batch-format.js'
import { compressionOf } from '../../../../src/transport/kafka/records/compression.js'
import { RecordBatch } from '../../../../src/transport/kafka/records/record-batch.js'

const gzip = compressionOf('gzip')

function batchOf(payload: Uint8Array): RecordBatch {
  const batch = new RecordBatch(100)
  batch.append({ payload }, [], 1_700_000_000_000)
  return batch
}

/** Where a batch says how its records are compressed. */
const ATTRIBUTES = 21

describe('the compression of a batch', () => {
  it('is the one that was asked for: none, gzip, zstd', () => {
    const records = Buffer.from('abc')
    expect(compressionOf(undefined)).toBeUndefined()
    expect(gzip?.code).toBe(1)
    expect(gunzipSync(gzip?.compress(records) ?? '')).toEqual(records)
    const zstd = compressionOf('zstd', { zstdCompressSync: () => Buffer.from('smaller') })
    expect(zstd?.code).toBe(4)
    expect(zstd?.compress(records)).toEqual(Buffer.from('smaller'))
  })

  it('is refused where Node does not have it, with the one that it has', () => {
    expect(() => compressionOf('zstd', {})).toThrow(
      expect.objectContaining({
        kind: 'usage',
        code: 'compression-missing',
        suggestion: 'use --compression gzip'
      })
    )
  })

  it('covers the records, and is said in the attributes', () => {
    const batch = batchOf(Buffer.alloc(10_000, 'x'))
    const plain = Buffer.from(batch.seal())
    const sealed = batch.seal(undefined, gzip)
    expect(sealed.length).toBeLessThan(500)
    expect(sealed.readInt16BE(ATTRIBUTES)).toBe(1)
    expect(gunzipSync(sealed.subarray(HEADER_SIZE))).toEqual(plain.subarray(HEADER_SIZE))
  })

  it('is left out where the records are few, or do not get smaller', () => {
    const noise = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * at * 31 + (at >> 3)) & 0xff))
    const growing = { code: 1, compress: (records: Uint8Array) => Buffer.concat([records, Buffer.of(0)]) }
    for (const [payload, compression] of [
      [Buffer.alloc(150, 'x'), gzip],
      [noise, growing]
    ] as const) {
      const batch = batchOf(payload)
      const plain = Buffer.from(batch.seal())
      expect(batch.seal(undefined, compression)).toEqual(plain)
    }
  })
})
