import { type Header, type Message, NO_HEADERS, type TextOrBytes } from '../../../core/message.js'
import { textOrBytes } from '../../../core/text-or-bytes.js'
import { decodeUtf8, viewOf } from '../../../core/utf8.js'
import { factsOfHeaders } from './header-facts.js'

/** What the records of one batch have in common. */
export interface BatchFacts {
  readonly channel: string
  readonly partition: number
  readonly baseOffset: number
  /** Milliseconds since 1970. */
  readonly baseTimestamp: number
  /** Where the broker has set the times: milliseconds since 1970, for all records. */
  readonly appendTime: number | undefined
}

/** Kafka writes -1 where a record has no time. */
export const sourceTimeOf = (timestamp: number): number | undefined =>
  timestamp === -1 ? undefined : timestamp * 1000

/** Reads records that came together, from the front. */
export interface RecordSource {
  /** The bytes that it keeps in memory, of all records. */
  readonly size: number
  /** The bytes of the records, no longer compressed. */
  readonly length: number
  /** How many records are unread. */
  readonly left: number
  /**
   * Reads the next record. Its payload is a view.
   * @param time when it came, in microseconds
   * @throws RangeError for bytes that are no record
   */
  next(time: number): Message
  /** Passes the next record without a look at it. Throws as `next`. */
  skip(): void
}

/** Reads the records of one batch. */
export class RecordsReader implements RecordSource {
  readonly #bytes: Buffer
  readonly #end: number
  readonly #facts: BatchFacts
  readonly length: number
  #at: number
  #left: number

  /** @param bytes the records, no longer compressed, from `start` to before `end` */
  constructor(facts: BatchFacts, bytes: Buffer, start: number, end: number, count: number) {
    this.#facts = facts
    this.#bytes = bytes
    this.#at = start
    this.#end = end
    this.#left = count
    this.length = end - start
  }

  get size(): number {
    return this.#bytes.length
  }

  get left(): number {
    return this.#left
  }

  next(time: number): Message {
    this.#left--
    const size = this.#varint()
    const end = this.#at + size
    if (size < 0 || end > this.#end) throw new RangeError('a record that runs beyond its batch')
    const { baseOffset, baseTimestamp, appendTime, channel, partition } = this.#facts
    const bytes = this.#bytes
    this.#at++
    const timestamp = baseTimestamp + this.#varint()
    const offset = baseOffset + this.#varint()
    const keySize = this.#varint()
    const keyAt = this.#pass(keySize)
    const payloadSize = this.#varint()
    const payloadAt = this.#pass(payloadSize)
    const headerCount = this.#varint()
    const isAppendTime = appendTime !== undefined
    const nullHeaders: number[] = []
    const headers = headerCount === 0 ? NO_HEADERS : this.#headers(headerCount, nullHeaders)
    if (this.#at !== end) throw new RangeError('a record of another length than it says')
    const facts = headers === NO_HEADERS ? undefined : factsOfHeaders(headers)
    return {
      channel,
      payload: payloadSize < 0 ? null : viewOf(bytes, payloadAt, payloadAt + payloadSize),
      headers: facts === undefined ? headers : facts.headers,
      guarantee: 1,
      key: keySize < 0 ? undefined : textOrBytes(bytes, keyAt, keyAt + keySize),
      contentType: facts?.contentType,
      responseChannel: facts?.responseChannel,
      correlation: facts?.correlation,
      sourceTime: sourceTimeOf(appendTime ?? timestamp),
      kafka: {
        partition,
        offset,
        isAppendTime: isAppendTime || undefined,
        nullHeaders: nullHeaders.length > 0 ? nullHeaders : undefined
      },
      time
    }
  }

  skip(): void {
    this.#left--
    const size = this.#varint()
    if (size < 0 || size > this.#end - this.#at) throw new RangeError('a record that runs beyond its batch')
    this.#at += size
  }

  #headers(count: number, nullHeaders: number[]): Header[] {
    // Each header takes two bytes at least.
    if (count < 0 || count > this.#end - this.#at) throw new RangeError('more headers than the record holds')
    const headers: Header[] = []
    for (let index = 0; index < count; index++) {
      const nameSize = this.#varint()
      const nameAt = this.#pass(nameSize)
      const valueSize = this.#varint()
      const valueAt = this.#pass(valueSize)
      if (nameSize < 0) throw new RangeError('a header without a name')
      if (valueSize < 0) nullHeaders.push(index)
      const value: TextOrBytes = valueSize <= 0 ? '' : textOrBytes(this.#bytes, valueAt, valueAt + valueSize)
      headers.push([decodeUtf8(this.#bytes, nameAt, nameAt + nameSize), value])
    }
    return headers
  }

  /** Passes so many bytes, none where the size is that of null, and returns where they begin. */
  #pass(size: number): number {
    const start = this.#at
    if (size > this.#end - start || size < -1) throw new RangeError('a field that runs beyond its batch')
    if (size > 0) this.#at = start + size
    return start
  }

  /** A signed number: zigzag, seven bits a byte, the low ones first. */
  #varint(): number {
    const bytes = this.#bytes
    const first = bytes[this.#at++] as number
    if (first < 0x80) return (first >>> 1) ^ -(first & 1)
    let value = first & 0x7f
    let factor = 128
    for (;;) {
      if (this.#at >= this.#end || factor > 2 ** 49) throw new RangeError('a number that does not end')
      const byte = bytes[this.#at++] as number
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      factor *= 128
    }
  }
}
