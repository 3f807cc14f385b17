import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MessageWalk } from '../../../src/transport/kafka/message-walk.js'
import { ReadPartition } from '../../../src/transport/kafka/read-partition.js'
import {
  CONTROL,
  FIELD,
  HEADER_SIZE,
  LENGTH_END,
  setInt64
} from '../../../src/transport/kafka/records/batch-format.js'
import { compressionOf } from '../../../src/transport/kafka/records/compression.js'
import { BadRecordsError } from '../../../src/transport/kafka/records/read-batches.js'
import { RecordBatch } from '../../../src/transport/kafka/records/record-batch.js'
import { crc32c } from '../../../src/transport/wire/crc-32c.js'
import { message } from '../../support/connection-options.js'

/** What is done to a batch after it is written. */
type Fate = 'whole' | 'compressed' | 'control' | 'emptied' | 'damaged'

/** A batch of so many messages, of which the first has this offset. */
async function batchOf(first: number, count: number, bytes: number, fate: Fate = 'whole'): Promise<Buffer> {
  const records = new RecordBatch(64)
  for (let at = 0; at < count; at++) records.append(message('t', 'x'.repeat(bytes)), [], 1000)
  const compression = fate === 'compressed' ? await compressionOf('gzip') : undefined
  const sealed = Buffer.from(records.seal(undefined, compression))
  const batch = fate === 'emptied' ? sealed.subarray(0, HEADER_SIZE) : sealed
  setInt64(batch, first, 0)
  if (fate === 'control') batch.writeInt16BE(CONTROL, FIELD.attributes)
  if (fate === 'emptied') {
    batch.writeInt32BE(0, FIELD.count)
    batch.writeInt32BE(HEADER_SIZE - LENGTH_END, FIELD.length)
  }
  if (fate === 'control' || fate === 'emptied')
    batch.writeUInt32BE(crc32c(batch, FIELD.attributes), FIELD.crc)
  if (fate === 'damaged') batch[FIELD.crc] = ~(batch[FIELD.crc] as number)
  return batch
}

const walkOf = (batches: readonly Buffer[], from = 0) =>
  new MessageWalk({
    read: new ReadPartition('t', 0, from, undefined),
    records: Buffer.concat(batches),
    aborted: [],
    partition: 0
  })

/** What is handed out at once, one after the other. */
async function runsOf(walk: MessageWalk) {
  const runs: { offsets: (number | undefined)[]; behind: number; failure: unknown }[] = []
  for (let run = await walk.next(1); run !== undefined; run = await walk.next(1))
    runs.push({
      offsets: run.messages.map(({ kafka }) => kafka?.offset),
      behind: run.behind,
      failure: run.failure
    })
  return runs
}

describe('the messages that came for a partition', () => {
  it('are gathered from small batches', async () => {
    const batches = await Promise.all([0, 1, 2].map((offset) => batchOf(offset, 1, 10)))
    expect(await runsOf(walkOf(batches))).toEqual([{ offsets: [0, 1, 2], behind: 3, failure: undefined }])
  })

  it('of large batches go alone', async () => {
    const batches = await Promise.all([0, 1].map((offset) => batchOf(offset, 1, 300_000)))
    expect(await runsOf(walkOf(batches))).toMatchObject([{ offsets: [0] }, { offsets: [1] }])
  })

  it('are handed out in thousands, and no more bytes of batches at once', async () => {
    const batches = await Promise.all([batchOf(0, 1100, 1), batchOf(1100, 1, 300_000), batchOf(1101, 1, 1)])
    const runs = await runsOf(walkOf(batches))
    expect(runs.map(({ offsets }) => offsets.length)).toEqual([1000, 101, 1])
    expect(runs.map(({ behind }) => behind)).toEqual([0, 1101, 1102])
  })

  it('are not gathered where a batch has many', async () => {
    const batches = await Promise.all([batchOf(0, 300, 1), batchOf(300, 300, 1)])
    const runs = await runsOf(walkOf(batches))
    expect(runs.map(({ offsets }) => offsets.length)).toEqual([300, 300])
  })

  it('begin where reading begins, also within a batch', async () => {
    const batches = [await batchOf(0, 4, 10), await batchOf(4, 1, 10)]
    expect(await runsOf(walkOf(batches, 2))).toMatchObject([{ offsets: [2, 3, 4] }])
  })

  it.each(['control', 'emptied'] as const)('may be none: a batch that is %s is passed', async (fate) => {
    const runs = await runsOf(walkOf([await batchOf(0, 2, 10, fate)]))
    expect(runs).toEqual([{ offsets: [], behind: 2, failure: undefined }])
  })

  it('are handed out before what is wrong behind them, and go on behind it', async () => {
    const batches = await Promise.all([batchOf(0, 2, 10), batchOf(2, 3, 10, 'damaged'), batchOf(5, 1, 10)])
    const runs = await runsOf(walkOf(batches))
    expect(runs.map(({ offsets, behind }) => ({ offsets, behind }))).toEqual([
      { offsets: [0, 1], behind: 2 },
      { offsets: [5], behind: 6 }
    ])
    expect(runs[0]?.failure).toBeInstanceOf(BadRecordsError)
    expect(runs[0]?.failure).toMatchObject({ from: 2, behind: 5 })
    expect(runs[1]?.failure).toBeUndefined()
  })

  it('come once and in order, however the batches are', async () => {
    const fates = fc.constantFrom<Fate>('whole', 'compressed', 'control', 'emptied', 'damaged')
    const sizes = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 900, max: 2100 }))
    const batches = fc.array(fc.tuple(sizes, fc.integer({ min: 0, max: 400 }), fates), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(batches, fc.nat(3000), async (kinds, from) => {
        const sealed: Buffer[] = []
        const expected: number[] = []
        let end = 0
        let damaged = 0
        for (const [count, bytes, fate] of kinds) {
          sealed.push(await batchOf(end, count, bytes, fate))
          if (fate === 'whole' || fate === 'compressed')
            for (let at = 0; at < count; at++) expected.push(end + at)
          if (fate === 'damaged') damaged++
          end += count
        }
        const runs = await runsOf(walkOf(sealed, from))
        expect(runs.flatMap(({ offsets }) => offsets)).toEqual(expected.filter((offset) => offset >= from))
        expect(runs.filter(({ failure }) => failure !== undefined)).toHaveLength(damaged)
        expect(runs.every(({ offsets }) => offsets.length <= 1000)).toBe(true)
        if (damaged === 0) expect(runs.at(-1)?.behind ?? from).toBe(Math.max(from, end))
      }),
      { numRuns: 40 }
    )
  })
})
