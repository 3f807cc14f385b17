import type { Header, Message, TextOrBytes } from '../../../core/message.js'
import type { UniformBatch } from '../../../core/message-batch.js'
import { crc32c } from '../../wire/crc-32c.js'
import { FIELD, HEADER_SIZE, LENGTH_END, MAGIC, setInt64 } from './batch-format.js'
import type { Compression } from './compression.js'

/** The number of an idempotent producer, and of the first record of a batch. */
export interface BatchIdentity {
  readonly producerId: number
  readonly epoch: number
  readonly sequence: number
}

const NOTHING = Buffer.alloc(0)

const NOBODY: BatchIdentity = { producerId: -1, epoch: -1, sequence: -1 }
/** Up to this many bytes, a loop is faster than a call into native code with its fixed cost. */
const SHORT = 24
/** Numbers up to this one, either way, have zigzag forms of 31 bits. */
const SMALL = 2 ** 30
/** Records of fewer bytes than this gain nothing by compression. */
const WORTH_COMPRESSING = 256

/** Buffers of batches that are settled, for the next ones: to make a new one of a megabyte costs more than to fill it. */
const spare: Buffer[] = []
const POOLED = 6
/** Bytes of a buffer that is kept. */
const WORTH_KEEPING = 262_144

/** Gathers the records of one batch in the form in which they are sent. */
export class RecordBatch {
  #bytes: Buffer
  #end = HEADER_SIZE
  #count = 0
  #baseTimestamp = 0
  #maxTimestamp = 0

  /** @param capacity bytes to begin with */
  constructor(capacity: number) {
    this.#bytes = spare.pop() ?? Buffer.allocUnsafeSlow(Math.max(capacity, HEADER_SIZE))
  }

  /** The batch is settled: nobody reads its bytes any more. */
  release(): void {
    if (spare.length < POOLED && this.#bytes.length >= WORTH_KEEPING) spare.push(this.#bytes)
    this.#bytes = NOTHING
  }

  get count(): number {
    return this.#count
  }

  /** Bytes so far, with the header and before compression. */
  get size(): number {
    return this.#end
  }

  /**
   * Appends a record.
   * @param headers those of the message, and those that stand for other facts of it
   * @param timestamp milliseconds since 1970
   */
  append(
    { key, payload, kafka }: Pick<Message, 'key' | 'payload' | 'kafka'>,
    headers: readonly Header[],
    timestamp: number
  ): void {
    const timeDelta = this.#timeDelta(timestamp)
    const keySize = sizeOf(key)
    const payloadSize = payload === null ? -1 : payload.length
    const size = sizeWithLength(keySize) + sizeWithLength(payloadSize) + headersSize(headers)
    this.#reserve(size + FIXED)
    this.#begin(size, timeDelta)
    this.#varint(keySize)
    if (key !== undefined) this.#textOrBytes(key, keySize)
    this.#varint(payloadSize)
    if (payload !== null) this.#copy(payload)
    this.#headers(headers, kafka?.nullHeaders)
  }

  /**
   * Appends records of messages that differ only in their payloads, as long as the batch does not become larger than `largest`; but one
   * at least.
   * @param from the index of the first message
   * @returns the index behind the last one that was appended
   */
  appendUniform(
    messages: UniformBatch,
    from: number,
    { key, headers, kafka }: Pick<Message, 'key' | 'headers' | 'kafka'>,
    timestamp: number,
    largest: number
  ): number {
    const timeDelta = this.#timeDelta(timestamp)
    const keySize = sizeOf(key)
    const ofHeaders = headersSize(headers)
    const most = sizeWithLength(keySize) + ofHeaders + FIXED
    const start = messages.startOf(from)
    let to = from + 1
    const sizeUpTo = (index: number) => this.#end + messages.startOf(index) - start + (index - from) * most
    while (to < messages.length && sizeUpTo(to + 1) <= largest) to++
    const staged = messages.startOf(to) - 1 - start
    this.#reserve(staged + (to - from) * most + staged)
    // Copying within one buffer takes a third of the time of copying from another one: all payloads come in with one copy, behind all else.
    const bytes = this.#bytes
    const shift = bytes.length - staged - start
    bytes.set(messages.bytes.subarray(start, start + staged), bytes.length - staged)
    for (let index = from; index < to; index++) {
      const payloadAt = messages.startOf(index)
      const payloadSize = messages.startOf(index + 1) - 1 - payloadAt
      this.#begin(sizeWithLength(keySize) + sizeWithLength(payloadSize) + ofHeaders, timeDelta)
      this.#varint(keySize)
      if (key !== undefined) this.#textOrBytes(key, keySize)
      this.#varint(payloadSize)
      bytes.copyWithin(this.#end, payloadAt + shift, payloadAt + shift + payloadSize)
      this.#end += payloadSize
      this.#headers(headers, kafka?.nullHeaders)
    }
    return to
  }

  /** What a record with this time says of it. */
  #timeDelta(timestamp: number): number {
    if (this.#count === 0) this.#baseTimestamp = timestamp
    if (this.#count === 0 || timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp
    return timestamp - this.#baseTimestamp
  }

  /** @param size bytes of the record behind what is written here */
  #begin(size: number, timeDelta: number): void {
    this.#varint(1 + varintSize(timeDelta) + varintSize(this.#count) + size)
    this.#bytes[this.#end++] = 0
    this.#varint(timeDelta)
    this.#varint(this.#count++)
  }

  #headers(headers: readonly Header[], nullHeaders: readonly number[] | undefined): void {
    this.#varint(headers.length)
    if (headers.length === 0) return
    for (const [index, [name, value]] of headers.entries()) {
      const nameSize = Buffer.byteLength(name)
      this.#varint(nameSize)
      this.#textOrBytes(name, nameSize)
      const valueSize = sizeOf(value)
      this.#varint(valueSize === 0 && nullHeaders?.includes(index) ? -1 : valueSize)
      this.#textOrBytes(value, valueSize)
    }
  }

  /** The batch as it is sent. Nothing may be appended afterwards; a second call may give it another identity. */
  seal(identity = NOBODY, compression?: Compression): Buffer {
    let batch = this.#bytes.subarray(0, this.#end)
    const records = compression && this.#compressed(compression)
    if (records !== undefined) {
      batch = Buffer.allocUnsafeSlow(HEADER_SIZE + records.length)
      batch.set(records, HEADER_SIZE)
    }
    setInt64(batch, 0, FIELD.baseOffset)
    batch.writeInt32BE(batch.length - LENGTH_END, FIELD.length)
    batch.writeInt32BE(-1, FIELD.leaderEpoch)
    batch[FIELD.magic] = MAGIC
    batch.writeInt16BE(records === undefined ? 0 : (compression?.code ?? 0), FIELD.attributes)
    batch.writeInt32BE(this.#count - 1, FIELD.lastOffsetDelta)
    setInt64(batch, this.#baseTimestamp, FIELD.baseTimestamp)
    setInt64(batch, this.#maxTimestamp, FIELD.maxTimestamp)
    setInt64(batch, identity.producerId, FIELD.producerId)
    batch.writeInt16BE(identity.epoch, FIELD.producerEpoch)
    batch.writeInt32BE(identity.sequence, FIELD.baseSequence)
    batch.writeInt32BE(this.#count, FIELD.count)
    batch.writeUInt32BE(crc32c(batch, FIELD.attributes), FIELD.crc)
    return batch
  }

  /** The records in fewer bytes; undefined where that is not so. */
  #compressed(compression: Compression): Buffer | undefined {
    const size = this.#end - HEADER_SIZE
    if (size < WORTH_COMPRESSING) return undefined
    const records = compression.compress(this.#bytes.subarray(HEADER_SIZE, this.#end))
    return records.length < size ? records : undefined
  }

  #textOrBytes(value: TextOrBytes, size: number): void {
    if (typeof value !== 'string') this.#copy(value)
    else {
      this.#bytes.write(value, this.#end)
      this.#end += size
    }
  }

  #copy(from: Uint8Array): void {
    const size = from.length
    if (size <= SHORT) {
      const bytes = this.#bytes
      let to = this.#end
      for (let at = 0; at < size; at++) bytes[to++] = from[at] as number
    } else this.#bytes.set(from, this.#end)
    this.#end += size
  }

  /** A signed number as Kafka writes it: zigzag, seven bits a byte, the low ones first. */
  #varint(value: number): void {
    const bytes = this.#bytes
    let at = this.#end
    // Nearly all numbers are small, and bits are faster than divisions.
    if (value >= -SMALL && value < SMALL) {
      let left = (value << 1) ^ (value >> 31)
      while (left > 0x7f) {
        bytes[at++] = (left & 0x7f) | 0x80
        left >>>= 7
      }
      bytes[at++] = left
    } else {
      let left = value < 0 ? -2 * value - 1 : 2 * value
      while (left > 0x7f) {
        bytes[at++] = (left % 128) | 0x80
        left = Math.floor(left / 128)
      }
      bytes[at++] = left
    }
    this.#end = at
  }

  #reserve(count: number): void {
    const needed = this.#end + count
    if (needed <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#end)
    this.#bytes = grown
  }
}

/** Bytes that a record with these facts takes at most. */
export function recordSize(
  { key, payload }: Pick<Message, 'key' | 'payload'>,
  headers: readonly Header[]
): number {
  if (key === undefined && headers.length === 0) return (payload === null ? 0 : payload.length) + FIXED
  return Math.max(0, sizeOf(key)) + (payload === null ? 0 : payload.length) + headersSize(headers) + FIXED
}

/** The lengths, the attributes and the deltas of a record at their longest. */
const FIXED = 32

const sizeOf = (value: TextOrBytes | undefined): number =>
  value === undefined ? -1 : typeof value === 'string' ? Buffer.byteLength(value) : value.length

const sizeWithLength = (size: number): number => varintSize(size) + Math.max(0, size)

function headersSize(headers: readonly Header[]): number {
  if (headers.length === 0) return 1
  let size = varintSize(headers.length)
  for (const [name, value] of headers)
    size += sizeWithLength(Buffer.byteLength(name)) + sizeWithLength(sizeOf(value))
  return size
}

function varintSize(value: number): number {
  if (value >= -64 && value < 64) return 1
  if (value >= -8192 && value < 8192) return 2
  let size = 1
  for (let left = value < 0 ? -2 * value - 1 : 2 * value; left > 0x7f; left = Math.floor(left / 128)) size++
  return size
}
