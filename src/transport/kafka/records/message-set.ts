import { crc32 } from 'node:zlib'
import { type Message, NO_HEADERS } from '../../../core/message.js'
import { textOrBytes } from '../../../core/text-or-bytes.js'
import { viewOf } from '../../../core/utf8.js'
import { COMPRESSION_BITS, FIELD, int64At, LENGTH_END, LOG_APPEND_TIME } from './batch-format.js'
import { type RecordSource, sourceTimeOf } from './decode-records.js'
import { COMPRESSION, decompressorOf } from './decompress.js'

// The records of Kafka before 0.11, of versions 0 and 1. Brokers before 4 send them as they were stored:
// https://kafka.apache.org/documentation/#messageset

/** Where the fields of a message begin, with the offset and the length before it. Version 0 has no time. */
const AT = { crc: 12, attributes: 17, timestamp: 18 } as const
/** Bytes of a message without a time, a key and a value. */
const SMALLEST = 26

/** Messages that lie behind each other, and what they have in common. */
interface Messages {
  readonly channel: string
  readonly partition: number
  readonly bytes: Buffer
  /** Where the first one begins. */
  readonly start: number
  /** Where the last one ends. */
  readonly end: number
  readonly count: number
  /** What is added to the offset that each one has. */
  readonly shift: number
  /** Where the broker has set the times: milliseconds since 1970, for all. */
  readonly appendTime: number | undefined
}

class MessageSetReader implements RecordSource {
  readonly #messages: Messages
  #at: number
  #left: number

  constructor(messages: Messages) {
    this.#messages = messages
    this.#at = messages.start
    this.#left = messages.count
  }

  get size(): number {
    return this.#messages.bytes.length
  }

  get length(): number {
    return this.#messages.end - this.#messages.start
  }

  get left(): number {
    return this.#left
  }

  next(time: number): Message {
    const { channel, partition, bytes, shift, appendTime } = this.#messages
    const start = this.#at
    this.skip()
    const { keyAt, keySize, valueAt, valueSize } = fieldsOf(bytes, start, this.#at)
    return {
      channel,
      payload: valueSize < 0 ? null : viewOf(bytes, valueAt, valueAt + valueSize),
      headers: NO_HEADERS,
      guarantee: 1,
      key: keySize < 0 ? undefined : textOrBytes(bytes, keyAt, keyAt + keySize),
      sourceTime: sourceTimeOf(appendTime ?? timestampAt(bytes, start)),
      kafka: {
        partition,
        offset: int64At(bytes, start) + shift,
        isAppendTime: appendTime !== undefined || undefined
      },
      time
    }
  }

  skip(): void {
    this.#left--
    this.#at = endOf(this.#messages.bytes, this.#at)
  }
}

/**
 * Opens the message from `start` to before `end`, which may be several that are compressed together.
 * @throws RangeError for bytes that are no message, or a checksum that is wrong; and what the decompression throws
 */
export async function openMessageSet(
  place: { readonly channel: string; readonly partition: number },
  bytes: Buffer,
  start: number,
  end: number
): Promise<RecordSource> {
  if (end - start < SMALLEST) throw new RangeError(`a message of ${end - start} bytes cannot be`)
  if (crc32(bytes.subarray(start + FIELD.magic, end)) !== bytes.readUInt32BE(start + AT.crc))
    throw new RangeError('the checksum is wrong')
  const attributes = bytes[start + AT.attributes] as number
  const hasAppendTime = magicAt(bytes, start) === 1 && (attributes & LOG_APPEND_TIME) !== 0
  const appendTime = hasAppendTime ? timestampAt(bytes, start) : undefined
  const code = attributes & COMPRESSION_BITS
  const { valueAt, valueSize } = fieldsOf(bytes, start, end)
  if (code === 0) return new MessageSetReader({ ...place, bytes, start, end, count: 1, shift: 0, appendTime })
  if (code > COMPRESSION.lz4)
    throw new RangeError(`records of this version have no compression of kind ${code}`)
  if (valueSize < 0) throw new RangeError('a compressed message without a value')
  const decompress = await decompressorOf(code)
  const inner = decompress(bytes.subarray(valueAt, valueAt + valueSize))
  const { count, lastOffset } = lookThrough(inner)
  const shift = magicAt(bytes, start) === 0 ? 0 : shiftOf(int64At(bytes, start), lastOffset)
  return new MessageSetReader({
    ...place,
    bytes: inner,
    start: 0,
    end: inner.length,
    count,
    shift,
    appendTime
  })
}

/** Looks at all messages that were compressed together, so that none is found damaged later. Their checksums do not count: that of the whole covers them. */
function lookThrough(bytes: Buffer): { count: number; lastOffset: number } {
  let count = 0
  let lastOffset = 0
  for (let at = 0; at < bytes.length; count++) {
    const end = at + SMALLEST > bytes.length ? Number.NaN : endOf(bytes, at)
    if (!(end >= at + SMALLEST && end <= bytes.length))
      throw new RangeError('a message that runs beyond its set')
    const magic = magicAt(bytes, at)
    if (magic > 1) throw new RangeError(`a record of version ${magic} within a message`)
    if (((bytes[at + AT.attributes] as number) & COMPRESSION_BITS) !== 0)
      throw new RangeError('a compressed message within a compressed one')
    fieldsOf(bytes, at, end)
    lastOffset = int64At(bytes, at)
    at = end
  }
  if (count === 0) throw new RangeError('a compressed message without messages')
  return { count, lastOffset }
}

/**
 * What is added to the offsets of messages that are compressed together. Version 1 counts from 0, and the whole has the offset of the last
 * one. An offset of 0 was set by nobody, as Kafka's Java client knows of some programs.
 */
function shiftOf(offset: number, lastOffset: number): number {
  if (offset === 0) return 0
  if (offset < lastOffset) throw new RangeError('an offset that is before that of a message within')
  return offset - lastOffset
}

const magicAt = (bytes: Buffer, start: number): number => bytes[start + FIELD.magic] as number

const endOf = (bytes: Buffer, start: number): number =>
  start + LENGTH_END + bytes.readInt32BE(start + FIELD.length)

/** Milliseconds since 1970; -1 for none, as version 0 has none. */
const timestampAt = (bytes: Buffer, start: number): number =>
  magicAt(bytes, start) === 0 ? -1 : int64At(bytes, start + AT.timestamp)

interface Fields {
  readonly keyAt: number
  /** -1 for no key. */
  readonly keySize: number
  readonly valueAt: number
  /** -1 for no value. */
  readonly valueSize: number
}

function fieldsOf(bytes: Buffer, start: number, end: number): Fields {
  const sizeAt = (at: number): number => {
    const size = at + 4 <= end ? bytes.readInt32BE(at) : Number.NaN
    if (size >= -1 && at + 4 + size <= end) return size
    throw new RangeError('a field that runs beyond its message')
  }
  const keyAt = start + AT.timestamp + (magicAt(bytes, start) === 0 ? 0 : 8) + 4
  const keySize = sizeAt(keyAt - 4)
  const valueAt = keyAt + Math.max(0, keySize) + 4
  const valueSize = sizeAt(valueAt - 4)
  if (valueAt + Math.max(0, valueSize) !== end)
    throw new RangeError('a message of another length than it says')
  return { keyAt, keySize, valueAt, valueSize }
}
