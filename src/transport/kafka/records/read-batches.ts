import { crc32c } from '../../wire/crc-32c.js'
import type { AbortedTransaction } from '../api/fetch.js'
import {
  COMPRESSION_BITS,
  CONTROL,
  FIELD,
  HEADER_SIZE,
  int64At,
  LENGTH_END,
  LOG_APPEND_TIME,
  MAGIC,
  TRANSACTIONAL
} from './batch-format.js'
import { type RecordSource, RecordsReader } from './decode-records.js'
import { decompressorOf } from './decompress.js'

/** Records that cannot be read: damaged, or of a kind that is not supported. */
export class BadRecordsError extends Error {
  /** @param place the first of these offsets, and the one behind them; absent where what is behind them cannot be found */
  constructor(message: string, place?: { readonly from: number; readonly behind: number }) {
    super(message)
    this.from = place?.from
    this.behind = place?.behind
  }
  readonly from: number | undefined
  readonly behind: number | undefined
}

/** The first bytes of a batch, or of a message of versions 0 and 1: where it is in the partition, and how long. */
export interface BatchPlace {
  readonly magic: number
  /** Of a message that holds others, this is that of the last one. */
  readonly baseOffset: number
  /** The offset of the last record that the batch had when it was written; compaction may have removed records since. */
  readonly lastOffset: number
  /** Where the next batch begins. */
  readonly end: number
}

/** The records of a batch that count, if it has any, and its offsets. */
export interface ReadBatch {
  readonly records: RecordSource | undefined
  readonly firstOffset: number
  /** Behind the last one. */
  readonly nextOffset: number
}

/** What a `RecordsReader` has thrown, as an error that says where that was; any other error as it is. */
export const badRecordsOf = (error: unknown, { firstOffset, nextOffset }: ReadBatch): unknown =>
  error instanceof RangeError
    ? new BadRecordsError(`the records at offset ${firstOffset} are damaged: ${error.message}`, {
        from: firstOffset,
        behind: nextOffset
      })
    : error

/** Walks through the batches that came for one partition. The last one may be cut off, which is as if it had not come. */
export class BatchWalk {
  readonly #bytes: Buffer
  readonly #place: { readonly channel: string; readonly partition: number }
  readonly #aborted: AbortedTransaction[]
  /** Producers whose transaction was given up, where the walk is. */
  readonly #givenUp = new Set<number>()
  #at = 0

  constructor(
    place: { readonly channel: string; readonly partition: number },
    bytes: Buffer,
    aborted: readonly AbortedTransaction[] = []
  ) {
    this.#place = place
    this.#bytes = bytes
    this.#aborted = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset)
  }

  /** Bytes of the batches that are still to come. */
  get bytesLeft(): number {
    return this.#bytes.length - this.#at
  }

  /** Whether nothing of a batch is there, or only a beginning of one. */
  get isCut(): boolean {
    return this.#at === 0 && this.#nextPlace() === undefined
  }

  /**
   * The next batch; undefined at the end. A promise where it has to be decompressed: there may be a batch for each message.
   * @throws BadRecordsError, or the promise rejects with it
   */
  next(): ReadBatch | undefined | Promise<ReadBatch> {
    const place = this.#nextPlace()
    if (place === undefined) return undefined
    const start = this.#at
    this.#at = place.end
    const bytes = this.#bytes
    if (place.magic < MAGIC) return this.#messageSet(start, place)
    if (crc32c(bytes, start + FIELD.attributes, place.end) !== bytes.readUInt32BE(start + FIELD.crc))
      throw new BadRecordsError(`the checksum of the records ${this.#where(place)} is wrong`, rangeOf(place))
    const attributes = bytes.readInt16BE(start + FIELD.attributes)
    if (!this.#counts(start, place, attributes)) return batchOf(place, undefined)
    if ((attributes & COMPRESSION_BITS) !== 0) return this.#decompress(start, place, attributes)
    return batchOf(place, this.#records(start, attributes, bytes, start + HEADER_SIZE, place.end))
  }

  /** Whether a batch holds messages, and not of a transaction that was given up. */
  #counts(start: number, { lastOffset }: BatchPlace, attributes: number): boolean {
    if ((attributes & (CONTROL | TRANSACTIONAL)) === 0) return true
    const producerId = int64At(this.#bytes, start + FIELD.producerId)
    if ((attributes & CONTROL) === 0) return !this.#isGivenUp(producerId, lastOffset)
    this.#givenUp.delete(producerId)
    return false
  }

  #where({ baseOffset }: BatchPlace): string {
    return `at offset ${baseOffset} of partition ${this.#place.partition}`
  }

  async #messageSet(start: number, place: BatchPlace): Promise<ReadBatch> {
    const { baseOffset: firstOffset, end } = place
    const where = this.#where(place)
    const { openMessageSet } = await import('./message-set.js')
    try {
      const records = await openMessageSet(this.#place, this.#bytes, start, end)
      return { records, firstOffset, nextOffset: firstOffset + 1 }
    } catch (error) {
      if (isDamagedBatch(this.#bytes, start, end))
        throw new BadRecordsError(`the version of the records ${where} is damaged`, {
          from: firstOffset,
          behind: lastOffsetAt(this.#bytes, start) + 1
        })
      const why = error instanceof Error ? error.message : String(error)
      // Where the first of several messages is, nobody can say.
      const range = { from: 0, behind: firstOffset + 1 }
      throw new BadRecordsError(`the records ${where} cannot be read: ${why}`, range)
    }
  }

  /** @param records where they are, no longer compressed, from `from` to before `end` */
  #records(start: number, attributes: number, records: Buffer, from: number, end: number): RecordsReader {
    const bytes = this.#bytes
    const facts = {
      ...this.#place,
      baseOffset: int64At(bytes, start),
      baseTimestamp: int64At(bytes, start + FIELD.baseTimestamp),
      appendTime:
        (attributes & LOG_APPEND_TIME) === 0 ? undefined : int64At(bytes, start + FIELD.maxTimestamp)
    }
    return new RecordsReader(facts, records, from, end, bytes.readInt32BE(start + FIELD.count))
  }

  async #decompress(start: number, place: BatchPlace, attributes: number): Promise<ReadBatch> {
    try {
      const decompress = await decompressorOf(attributes & COMPRESSION_BITS)
      const records = decompress(this.#bytes.subarray(start + HEADER_SIZE, place.end))
      return batchOf(place, this.#records(start, attributes, records, 0, records.length))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new BadRecordsError(
        `the records ${this.#where(place)} cannot be decompressed: ${why}`,
        rangeOf(place)
      )
    }
  }

  #nextPlace(): BatchPlace | undefined {
    const bytes = this.#bytes
    const left = bytes.length - this.#at
    if (left <= FIELD.magic) return undefined
    const size = LENGTH_END + bytes.readInt32BE(this.#at + FIELD.length)
    const magic = bytes[this.#at + FIELD.magic] as number
    if (magic > MAGIC)
      throw new BadRecordsError(
        `the records are of version ${magic}, and only those up to ${MAGIC} can be read`
      )
    if (size < (magic < MAGIC ? LENGTH_END : HEADER_SIZE))
      throw new BadRecordsError(`a batch of ${size} bytes cannot be`)
    if (size > left) return undefined
    const baseOffset = int64At(bytes, this.#at)
    const lastOffset = magic < MAGIC ? baseOffset : lastOffsetAt(bytes, this.#at)
    return { magic, baseOffset, lastOffset, end: this.#at + size }
  }

  #isGivenUp(producerId: number, lastOffset: number): boolean {
    for (let first = this.#aborted[0]; first && first.firstOffset <= lastOffset; first = this.#aborted[0]) {
      this.#givenUp.add(first.producerId)
      this.#aborted.shift()
    }
    return this.#givenUp.has(producerId)
  }
}

const batchOf = ({ baseOffset, lastOffset }: BatchPlace, records: RecordSource | undefined): ReadBatch => ({
  records,
  firstOffset: baseOffset,
  nextOffset: lastOffset + 1
})

const rangeOf = ({ baseOffset, lastOffset }: BatchPlace): { from: number; behind: number } => ({
  from: baseOffset,
  behind: lastOffset + 1
})

const lastOffsetAt = (bytes: Buffer, start: number): number =>
  int64At(bytes, start) + bytes.readInt32BE(start + FIELD.lastOffsetDelta)

/** Whether what seems to be a message of an older version is a batch: its checksum is right, and does not cover the version. */
const isDamagedBatch = (bytes: Buffer, start: number, end: number): boolean =>
  end - start >= HEADER_SIZE &&
  crc32c(bytes, start + FIELD.attributes, end) === bytes.readUInt32BE(start + FIELD.crc)

const isOfSet = (bytes: Buffer, start: number): boolean => (bytes[start + FIELD.magic] as number) < MAGIC

/** The last offset of the whole batches in these bytes; `position - 1` if there is none. Looks at their beginnings alone. */
export function lastOffsetIn(bytes: Buffer, position: number): number {
  let last: { readonly start: number; readonly end: number } | undefined
  for (let start = 0; start + FIELD.crc <= bytes.length; ) {
    const end = start + LENGTH_END + bytes.readInt32BE(start + FIELD.length)
    if (end > bytes.length || end < start + (isOfSet(bytes, start) ? FIELD.crc : HEADER_SIZE)) break
    last = { start, end }
    start = end
  }
  if (last === undefined) return position - 1
  const { start, end } = last
  const isMessage = isOfSet(bytes, start) && !isDamagedBatch(bytes, start, end)
  return Math.max(isMessage ? int64At(bytes, start) : lastOffsetAt(bytes, start), position - 1)
}
