import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Message } from '../../../src/core/message.js'
import { MergeSource } from '../../../src/transport/kafka/merge-source.js'
import { ReadPartition } from '../../../src/transport/kafka/read-partition.js'
import { setInt64 } from '../../../src/transport/kafka/records/batch-format.js'
import { compressionOf } from '../../../src/transport/kafka/records/compression.js'
import { RecordBatch } from '../../../src/transport/kafka/records/record-batch.js'
import { UnreadableRecords } from '../../../src/transport/kafka/unreadable-records.js'
import { message } from '../../support/connection-options.js'

/** A partition as a broker has it: batches of so many messages, each of so many bytes. */
async function batchesOf(
  sizes: readonly number[],
  bytes: number
): Promise<{ first: number; sealed: Buffer }[]> {
  const gzip = await compressionOf('gzip')
  let offset = 0
  return sizes.map((size, index) => {
    const records = new RecordBatch(1024)
    for (let at = 0; at < size; at++) records.append(message('t', 'x'.repeat(bytes)), [], 1000 + offset + at)
    const sealed = Buffer.from(records.seal(undefined, index % 2 === 0 ? gzip : undefined))
    setInt64(sealed, offset, 0)
    const first = offset
    offset += size
    return { first, sealed }
  })
}

const fetched = (records: Buffer) => ({
  partition: 0,
  error: 0,
  highWatermark: 0,
  lastStableOffset: 0,
  logStart: 0,
  aborted: [],
  records
})

it('has every message once, in order, however little of a batch fits into its share', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(
      sizes,
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 100, max: 4000 }),
      fc.nat(),
      async (counts, bytes, share, from) => {
        const batches = await batchesOf(counts, bytes)
        const total = counts.reduce((sum, count) => sum + count, 0)
        const start = from % total
        const end = Math.max(start, total - 1)
        const read = new ReadPartition('t', 0, start, end)
        const source = new MergeSource(read, 0, share, new UnreadableRecords(() => {}))
        const seen: Message[] = []
        while (!source.isFinished) {
          while (await source.open()) {
            if (source.head !== undefined) seen.push(source.head)
            if (seen.length > total) throw new Error('a message came twice')
          }
          if (source.isFinished) break
          // A broker sends from the batch on that holds the offset that is asked for.
          const index = batches.findLastIndex(({ first }) => first <= read.position)
          expect(source.feed(fetched(batches[index]?.sealed ?? Buffer.alloc(0)))).toBe(true)
        }
        expect(seen.map(({ kafka }) => kafka?.offset)).toEqual(
          Array.from({ length: end - start }, (_, at) => start + at)
        )
      }
    ),
    { numRuns: 200 }
  )
})

it('takes nothing of a batch that was cut off', async () => {
  const [batch] = await batchesOf([10], 100)
  const source = new MergeSource(new ReadPartition('t', 0, 0, 10), 0, 1000, new UnreadableRecords(() => {}))
  expect(source.feed(fetched(batch?.sealed.subarray(0, 90) ?? Buffer.alloc(0)))).toBe(false)
  expect([source.isCut, source.isHungry]).toEqual([true, true])
  expect(await source.open()).toBe(false)
})
