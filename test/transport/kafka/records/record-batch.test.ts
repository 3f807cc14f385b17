import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Header, Message } from '../../../../src/core/message.js'
import { UniformBatch } from '../../../../src/core/message-batch.js'
import { BatchWalk } from '../../../../src/transport/kafka/records/read-batches.js'
import { RecordBatch } from '../../../../src/transport/kafka/records/record-batch.js'

const require = createRequire(import.meta.url)

interface OracleRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly timestamp: string
  readonly offset: string
  readonly headers: Readonly<Record<string, Buffer | Buffer[]>>
}

interface OracleBatch {
  readonly producerId: string
  readonly producerEpoch: number
  readonly firstSequence: number
  readonly records: readonly OracleRecord[]
}

/** kafkajs reads batches with code of its own. */
const decodeWithKafkajs: (
  decoder: unknown
) => Promise<OracleBatch> = require('kafkajs/src/protocol/recordBatch/v0/decoder')
const Decoder: new (bytes: Buffer) => unknown = require('kafkajs/src/protocol/decoder')

const PLACE = { channel: 'orders', partition: 3 }

async function readAll(bytes: Buffer): Promise<Message[]> {
  const walk = new BatchWalk(PLACE, bytes)
  const messages: Message[] = []
  for (let batch = await walk.next(); batch !== undefined; batch = await walk.next()) {
    const { records } = batch
    while (records !== undefined && records.left > 0) messages.push(records.next(1))
  }
  return messages
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each))
const text = fc.string({ unit: 'binary', maxLength: 40 })
const header: fc.Arbitrary<Header> = fc.tuple(
  text,
  fc.oneof(
    text,
    bytes.filter((each) => !isText(each))
  )
)
const isText = (each: Uint8Array) => Buffer.from(Buffer.from(each).toString()).equals(each)
const record = fc.record({
  key: fc.option(
    fc.oneof(
      text,
      bytes.filter((each) => !isText(each))
    ),
    { nil: undefined }
  ),
  payload: fc.option(bytes, { nil: null }),
  headers: fc.array(header, { maxLength: 5 }),
  timestamp: fc.integer({ min: 0, max: Date.UTC(2100, 0) })
})

describe('a batch of records', () => {
  it('comes back as it was: keys, payloads, headers in order, times', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 30 }), async (records) => {
        const batch = new RecordBatch(64)
        for (const each of records) batch.append(each, each.headers, each.timestamp)
        const messages = await readAll(batch.seal())
        expect(messages).toHaveLength(records.length)
        for (const [at, each] of records.entries()) {
          const message = messages[at]
          expect(message?.key).toEqual(each.key)
          expect(message?.payload === null ? null : Buffer.from(message?.payload ?? [])).toEqual(
            each.payload === null ? null : Buffer.from(each.payload)
          )
          expect(message?.headers).toEqual(each.headers)
          expect(message?.sourceTime).toBe(each.timestamp * 1000)
          expect(message?.kafka).toMatchObject({ partition: 3, offset: at })
        }
      })
    )
  })

  it('is read by another client as the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 10 }), async (records) => {
        const batch = new RecordBatch(64)
        for (const each of records) batch.append(each, each.headers, each.timestamp)
        const read = await decodeWithKafkajs(
          new Decoder(batch.seal({ producerId: 4711, epoch: 2, sequence: 99 }))
        )
        expect(read).toMatchObject({ producerId: '4711', producerEpoch: 2, firstSequence: 99 })
        expect(
          read.records.map(({ key, value, timestamp, offset }) => ({ key, value, timestamp, offset }))
        ).toEqual(
          records.map(({ key, payload, timestamp }, at) => ({
            key: key === undefined ? null : Buffer.from(key),
            value: payload === null ? null : Buffer.from(payload),
            timestamp: String(timestamp),
            offset: String(at)
          }))
        )
      })
    )
  })

  it('is the same, whether its messages come one by one or as lines that share all else', async () => {
    const lines = fc.array(
      fc.string({ maxLength: 200 }).map((each) => each.replaceAll('\n', ' ')),
      {
        minLength: 1,
        maxLength: 60
      }
    )
    await fc.assert(
      fc.asyncProperty(lines, record, fc.integer({ min: 100, max: 6000 }), async (texts, shared, largest) => {
        const { key, headers, timestamp } = shared
        const payloads = Buffer.from(texts.join('\n'))
        const bounds = [0]
        for (const each of texts) bounds.push((bounds.at(-1) ?? 0) + Buffer.byteLength(each) + 1)
        const messages = new UniformBatch('orders', { key, headers }, payloads, bounds)
        const read: Message[] = []
        for (let from = 0; from < messages.length; ) {
          const [together, one] = [new RecordBatch(64), new RecordBatch(64)]
          const to = together.appendUniform(messages, from, { key, headers }, timestamp, largest)
          expect(to).toBeGreaterThan(from)
          if (to > from + 1) expect(together.size).toBeLessThanOrEqual(largest)
          for (let at = from; at < to; at++) one.append(messages.at(at) as Message, headers, timestamp)
          const sealed = together.seal()
          expect(sealed.equals(one.seal())).toBe(true)
          read.push(...(await readAll(sealed)))
          from = to
        }
        expect(read.map(({ payload }) => Buffer.from(payload ?? []).toString())).toEqual(texts)
      })
    )
  })

  it('has no time where Kafka says -1', async () => {
    const batch = new RecordBatch(64)
    batch.append({ payload: Buffer.from('1') }, [], -1)
    const [message] = await readAll(batch.seal())
    expect(message?.sourceTime).toBeUndefined()
  })

  it('keeps a header without a value apart from an empty one', async () => {
    const batch = new RecordBatch(64)
    batch.append(
      { payload: null, kafka: { nullHeaders: [1] } },
      [
        ['a', ''],
        ['b', '']
      ],
      0
    )
    const [message] = await readAll(batch.seal())
    expect(message).toMatchObject({
      payload: null,
      headers: [
        ['a', ''],
        ['b', '']
      ],
      kafka: { nullHeaders: [1] }
    })
  })

  it('is refused where one bit is another, and never read beyond its end', async () => {
    const batch = new RecordBatch(64)
    for (let at = 0; at < 3; at++)
      batch.append({ key: 'k', payload: Buffer.from(`${at}`) }, [['name', 'value']], at)
    const sealed = batch.seal()
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length * 8 - 1), async (bit) => {
        const damaged = Buffer.from(sealed)
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const messages = await readAll(damaged).catch((error: Error) => error.message)
        // What the checksum does not cover: offset, length and version.
        if (bit >> 3 >= 17) expect(messages).toMatch(/checksum/)
      })
    )
  })
})
