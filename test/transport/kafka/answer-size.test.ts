import { describe, expect, it } from 'vitest'
import { AnswerSize } from '../../../src/transport/kafka/answer-size.js'
import { RecordBatch } from '../../../src/transport/kafka/records/record-batch.js'
import { message } from '../../support/connection-options.js'

const MIB = 1024 * 1024

/** A batch of payloads of so many bytes each. */
function batchOf(bytes: number, count = 1): Buffer {
  const records = new RecordBatch(64)
  for (let at = 0; at < count; at++) records.append(message('t', 'x'.repeat(bytes)), [], 1000)
  return Buffer.from(records.seal())
}

/** How much is asked for after answers that took so many milliseconds each. */
function sizesAfter(records: Buffer, times: readonly number[]): number[] {
  const size = new AnswerSize()
  return [
    size.bytes,
    ...times.map((took) => {
      size.came(records, took)
      return size.bytes
    })
  ]
}

describe('how much is asked for at once', () => {
  it('grows to four megabytes where messages are large', () => {
    expect(sizesAfter(batchOf(1_000_000), [1, 1, 1, 1])).toEqual([1, 2, 4, 4, 4].map((each) => each * MIB))
    expect(sizesAfter(batchOf(100_000, 5), [1])).toEqual([MIB, 2 * MIB])
  })

  it('grows also where only the beginning of a batch came', () => {
    expect(sizesAfter(batchOf(1_000_000).subarray(0, 100), [1])).toEqual([MIB, 2 * MIB])
  })

  it('stays where messages are small, or nothing came', () => {
    expect(sizesAfter(batchOf(1000, 900), [1, 1])).toEqual([MIB, MIB, MIB])
    expect(sizesAfter(Buffer.alloc(0), [1, 1])).toEqual([MIB, MIB, MIB])
  })

  it('falls back where an answer is slow', () => {
    expect(sizesAfter(batchOf(1_000_000), [1, 1, 300, 1])).toEqual([1, 2, 4, 1, 2].map((each) => each * MIB))
  })
})
