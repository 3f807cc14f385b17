import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../../../src/core/message.js'
import {
  BadRecordsError,
  BatchWalk,
  lastOffsetIn
} from '../../../../src/transport/kafka/records/read-batches.js'
import { RecordBatch } from '../../../../src/transport/kafka/records/record-batch.js'
import {
  compressMessages,
  encodeMessageSet,
  lz4Frame,
  type OldMessage
} from '../../../support/message-set.js'

const require = createRequire(import.meta.url)

/** kafkajs reads message sets with code of its own. */
const decodeWithKafkajs: (
  decoder: unknown,
  size: number
) => Promise<readonly { offset: string; key: Buffer | null; value: Buffer | null; timestamp?: string }[]> =
  require('kafkajs/src/protocol/messageSet/decoder')
const Decoder: new (bytes: Buffer) => unknown = require('kafkajs/src/protocol/decoder')

const PLACE = { channel: 'orders', partition: 3 }
const LOG_APPEND_TIME = 0b1000
const text = (value: string) => Buffer.from(value)

async function readAll(bytes: Buffer, areOffsetsRight = true): Promise<Message[]> {
  const walk = new BatchWalk(PLACE, bytes)
  const messages: Message[] = []
  for (let batch = await walk.next(); batch !== undefined; batch = await walk.next()) {
    const { records } = batch
    while (records !== undefined && records.left > 0) messages.push(records.next(1))
    if (areOffsetsRight) expect(messages.at(-1)?.kafka?.offset).toBe(batch.nextOffset - 1)
  }
  return messages
}

/** Offset, key, payload and time in milliseconds. */
const short = ({ kafka, key, payload, sourceTime }: Message) => [
  kafka?.offset,
  key,
  payload && Buffer.from(payload).toString(),
  sourceTime && sourceTime / 1000
]

const old = (magic: 0 | 1, offset: number, more: Partial<OldMessage> = {}): OldMessage => ({
  magic,
  offset,
  key: text('k'),
  value: text(`v${offset}`),
  ...(magic === 1 && { timestamp: 1000 + offset }),
  ...more
})

describe.each([0, 1] as const)('records of version %i', (magic) => {
  const time = (offset: number) => (magic === 0 ? undefined : 1000 + offset)

  it('are read with their offsets, keys and times', async () => {
    const set = encodeMessageSet([
      old(magic, 5),
      old(magic, 6, { key: null }),
      old(magic, 9, { value: null }),
      old(magic, 10, { key: text(''), value: text('') })
    ])
    expect((await readAll(set)).map(short)).toEqual([
      [5, 'k', 'v5', time(5)],
      [6, undefined, 'v6', time(6)],
      [9, 'k', null, time(9)],
      [10, '', '', time(10)]
    ])
    expect(lastOffsetIn(set, 5)).toBe(10)
  })

  it.each([1, 2, 3])(
    'are read where several are compressed together (%i), some of them gone',
    async (code) => {
      const inner = [5, 6, 8, 9].map((offset) => old(magic, offset))
      const set = encodeMessageSet([old(magic, 4), compressMessages(inner, code), old(magic, 10)])
      expect((await readAll(set)).map(short)).toEqual(
        [4, 5, 6, 8, 9, 10].map((offset) => [offset, 'k', `v${offset}`, time(offset)])
      )
      expect(lastOffsetIn(set, 4)).toBe(10)
    }
  )

  it('have an LZ4 frame whose checksum is that of old Kafkas, or any other', async () => {
    const value = lz4Frame(encodeMessageSet([old(magic, 0)]), 0x1a)
    const [message] = await readAll(encodeMessageSet([{ magic, offset: 0, value, attributes: 3 }]))
    expect(message && short(message)).toEqual([0, 'k', 'v0', time(0)])
  })

  it('are followed by batches, and their last one may be cut off', async () => {
    const batch = new RecordBatch(64)
    batch.append({ key: 'k', payload: text('v7') }, [], 1007)
    const sealed = batch.seal()
    sealed.writeBigInt64BE(7n)
    const set = encodeMessageSet([old(magic, 5), old(magic, 6)])
    const offsets = async (bytes: Buffer) => (await readAll(bytes)).map(({ kafka }) => kafka?.offset)
    expect(await offsets(Buffer.concat([set, sealed]))).toEqual([5, 6, 7])
    expect(lastOffsetIn(Buffer.concat([set, sealed]), 5)).toBe(7)
    for (let length = set.length - 1; length > 0; length--) {
      const cut = set.subarray(0, length)
      const whole = length >= set.length / 2 ? [5] : []
      expect(await offsets(cut)).toEqual(whole)
      expect(lastOffsetIn(cut, 5)).toBe(whole.length === 0 ? 4 : 5)
      expect(new BatchWalk(PLACE, cut).isCut).toBe(whole.length === 0)
    }
  })

  it('are read as another client reads them', async () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((each) => Buffer.from(each))
    const one = fc.record({
      key: fc.option(bytes),
      value: fc.option(bytes),
      timestamp: fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
      gap: fc.nat(3)
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.array(one, { minLength: 1, maxLength: 8 }), fc.boolean()), { maxLength: 5 }),
        fc.nat(2 ** 40),
        async (groups, start) => {
          let offset = start
          const set = encodeMessageSet(
            groups.flatMap(([group, isCompressed]) => {
              const messages = group.map(({ gap, ...each }): OldMessage => {
                offset += gap + 1
                return { magic, offset, ...each }
              })
              return isCompressed ? [compressMessages(messages, 1)] : messages
            })
          )
          const read = await readAll(set)
          const decoded = set.length === 0 ? [] : await decodeWithKafkajs(new Decoder(set), set.length)
          expect(
            read.map(({ key, payload, kafka, sourceTime }) => [
              kafka?.offset,
              key === undefined ? null : Buffer.from(key),
              payload && Buffer.from(payload),
              magic === 0 ? undefined : sourceTime
            ])
          ).toEqual(
            decoded.map((each) => [
              Number(each.offset),
              each.key,
              each.value,
              magic === 0 ? undefined : Number(each.timestamp) * 1000
            ])
          )
        }
      )
    )
  })

  it('are refused where one bit is another, and never read beyond their end', async () => {
    const inner = [0, 1, 2].map((offset) => old(magic, offset))
    const sets = [encodeMessageSet(inner), encodeMessageSet([compressMessages(inner, 1)])]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...sets), fc.nat(), async (set, at) => {
        const bit = at % (set.length * 8)
        const damaged = Buffer.from(set)
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        lastOffsetIn(damaged, 0)
        const failure = await readAll(damaged, false).catch((error: unknown) => error)
        const isChecked = bit >> 3 >= 17 && bit >> 3 < (set.readInt32BE(8) ?? 0) + 12
        if (isChecked)
          expect(failure).toMatchObject({ message: expect.stringContaining('the checksum is wrong') })
        else if (!Array.isArray(failure)) expect(failure).toSatisfy(isReadingError)
      })
    )
  })

  it.each<[string, Partial<OldMessage>, string]>([
    ['a compression that they do not have', { attributes: 4 }, 'no compression of kind 4'],
    ['nothing that is compressed', { attributes: 1, value: null }, 'a compressed message without a value'],
    ['what is not compressed', { attributes: 1, value: text('this is no gzip') }, 'incorrect header check'],
    ['no messages within', compressed(Buffer.alloc(0)), 'a compressed message without messages'],
    [
      'half a message within',
      compressed(encodeMessageSet([old(magic, 0)]).subarray(0, -1)),
      'runs beyond its set'
    ],
    [
      'compressed messages within',
      compressed(encodeMessageSet([compressMessages([old(magic, 0)], 1)])),
      'a compressed message within a compressed one'
    ],
    ['a batch within', compressed(batchBytes()), 'a record of version 2 within a message']
  ])('are refused with %s, and the offsets are named to get past them', async (_, more, why) => {
    const failure = await readAll(encodeMessageSet([old(magic, 3), { ...old(magic, 7), ...more }])).catch(
      (error: unknown) => error
    )
    expect(failure).toBeInstanceOf(BadRecordsError)
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^the records at offset 7 of partition 3 cannot be read: /),
      from: 0,
      behind: 8
    })
    expect((failure as Error).message).toContain(why)
  })

  it('are refused where a length within is beyond the message', async () => {
    for (const size of [-2, 2, 4, 1_000_000]) {
      const set = encodeMessageSet([old(magic, 0, { key: null, value: text('abc') })])
      set.writeInt32BE(size, set.length - 7)
      const { crc32 } = await import('node:zlib')
      set.writeUInt32BE(crc32(set.subarray(16)), 12)
      await expect(readAll(set)).rejects.toBeInstanceOf(BadRecordsError)
    }
  })
})

/** What makes a message one that holds these bytes. */
function compressed(bytes: Buffer): Partial<OldMessage> {
  return { attributes: 3, value: lz4Frame(bytes, 0x82) }
}

function batchBytes(): Buffer {
  const batch = new RecordBatch(64)
  batch.append({ key: 'k', payload: text('v') }, [], 0)
  return Buffer.from(batch.seal())
}

const isReadingError = (error: unknown) => error instanceof BadRecordsError || error instanceof RangeError

describe('records of version 1', () => {
  it('have the time of the broker where it has set it, also those that are compressed together', async () => {
    const attributes = LOG_APPEND_TIME
    const inner = [0, 1].map((offset) => old(1, offset))
    const set = encodeMessageSet([
      compressMessages(inner, 1, { attributes: 1 | LOG_APPEND_TIME, timestamp: 9000 }),
      old(1, 2, { attributes, timestamp: 9500 }),
      old(1, 3)
    ])
    const messages = await readAll(set)
    expect(messages.map(({ sourceTime, kafka }) => [sourceTime, kafka?.isAppendTime])).toEqual([
      [9_000_000, true],
      [9_000_000, true],
      [9_500_000, true],
      [1_003_000, undefined]
    ])
  })

  it('may have no time', async () => {
    const [message] = await readAll(encodeMessageSet([old(1, 0, { timestamp: -1 })]))
    expect(message?.sourceTime).toBeUndefined()
  })

  it('keep the offsets that some programs have set themselves, compressed together', async () => {
    const { value } = compressMessages([old(0, 5), old(0, 6)], 1)
    const absolute = encodeMessageSet([{ magic: 1, offset: 6, attributes: 1, value }])
    expect((await readAll(absolute)).map(({ kafka }) => kafka?.offset)).toEqual([5, 6])
    const before = encodeMessageSet([{ magic: 1, offset: 3, attributes: 1, value }])
    await expect(readAll(before)).rejects.toThrow('an offset that is before that of a message within')
  })
})

describe('a batch whose version is damaged', () => {
  it('is not taken for an older message: all its offsets are named to get past it', async () => {
    const batch = new RecordBatch(64)
    for (let at = 0; at < 3; at++) batch.append({ key: 'k', payload: text(`${at}`) }, [], at)
    const bytes = Buffer.from(batch.seal())
    bytes.writeBigInt64BE(40n)
    bytes[16] = 0
    expect(lastOffsetIn(bytes, 40)).toBe(42)
    await expect(readAll(bytes)).rejects.toMatchObject({
      message: 'the version of the records at offset 40 of partition 3 is damaged',
      from: 40,
      behind: 43
    })
  })

  it('is refused where it is one that is not known', async () => {
    const bytes = batchBytes()
    bytes[16] = 3
    await expect(readAll(bytes)).rejects.toThrow(
      'the records are of version 3, and only those up to 2 can be read'
    )
  })
})
