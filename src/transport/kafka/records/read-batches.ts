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
import { RecordsReader } from './decode-records.js'
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

/** The first bytes of a batch: where it is in the partition, and how long. */
export interface BatchPlace {
  readonly baseOffset: number
  /** The offset of the last record that the batch had when it was written; compaction may have removed records since. */
  readonly lastOffset: number
  /** Where the next batch begins. */
  readonly end: number
}

/** The records of a batch that count, if it has any, and its offsets. */
export interface ReadBatch {
  readonly records: RecordsReader | undefined
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
  readonly #channel: string
  readonly #partition: number
  readonly #aborted: AbortedTransaction[]
  /** Producers whose transaction was given up, where the walk is. */
  readonly #givenUp = new Set<number>()
  #at = 0

  constructor(
    place: { readonly channel: string; readonly partition: number },
    bytes: Buffer,
    aborted: readonly AbortedTransaction[] = []
  ) {
    this.#channel = place.channel
    this.#partition = place.partition
    this.#bytes = bytes
    this.#aborted = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset)
  }

  /** Bytes of the batches that are still to come. */
  get bytesLeft(): number {
    return this.#bytes.length - this.#at
  }

  /** Whether nothing of a batch is there, or only a beginning of one. */
  get isCut(): boolean {
    return this.#at === 0 && this.#place() === undefined
  }

  /**
   * The next batch; undefined at the end. A promise where it has to be decompressed: there may be a batch for each message.
   * @throws BadRecordsError, or the promise rejects with it
   */
  next(): ReadBatch | undefined | Promise<ReadBatch> {
    const place = this.#place()
    if (place === undefined) return undefined
    const start = this.#at
    this.#at = place.end
    const bytes = this.#bytes
    if (crc32c(bytes, start + FIELD.attributes, place.end) !== bytes.readUInt32BE(start + FIELD.crc))
      throw new BadRecordsError(`the checksum of the records ${this.#where(place)} is wrong`, rangeOf(place))
    const attributes = bytes.readInt16BE(start + FIELD.attributes)
    const firstOffset = place.baseOffset
    const nextOffset = place.lastOffset + 1
    if (!this.#counts(start, place, attributes)) return { records: undefined, firstOffset, nextOffset }
    const code = attributes & COMPRESSION_BITS
    if (code !== 0)
      return this.#decompress(code, start, place).then((each) => ({
        records: this.#records(start, place, each, 0, each.length),
        firstOffset,
        nextOffset
      }))
    const records = this.#records(start, place, bytes, start + HEADER_SIZE, place.end)
    return { records, firstOffset, nextOffset }
  }

  /** Whether a batch holds messages of nobody whose transaction was given up. */
  #counts(start: number, { lastOffset }: BatchPlace, attributes: number): boolean {
    if ((attributes & (CONTROL | TRANSACTIONAL)) === 0) return true
    const producerId = int64At(this.#bytes, start + FIELD.producerId)
    if ((attributes & CONTROL) === 0) return !this.#isGivenUp(producerId, lastOffset)
    this.#givenUp.delete(producerId)
    return false
  }

  /** @param bytes with the records, no longer compressed, from `from` to before `end` */
  #records(
    start: number,
    { baseOffset }: BatchPlace,
    bytes: Buffer,
    from: number,
    end: number
  ): RecordsReader {
    const header = this.#bytes
    const isAppendTime = (header.readInt16BE(start + FIELD.attributes) & LOG_APPEND_TIME) !== 0
    const facts = {
      channel: this.#channel,
      partition: this.#partition,
      baseOffset,
      baseTimestamp: int64At(header, start + FIELD.baseTimestamp),
      appendTime: isAppendTime ? int64At(header, start + FIELD.maxTimestamp) : undefined
    }
    return new RecordsReader(facts, bytes, from, end, header.readInt32BE(start + FIELD.count))
  }

  async #decompress(code: number, start: number, place: BatchPlace): Promise<Buffer> {
    try {
      const decompress = await decompressorOf(code)
      return decompress(this.#bytes.subarray(start + HEADER_SIZE, place.end))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new BadRecordsError(
        `the records ${this.#where(place)} cannot be decompressed: ${why}`,
        rangeOf(place)
      )
    }
  }

  #where({ baseOffset }: BatchPlace): string {
    return `at offset ${baseOffset} of partition ${this.#partition}`
  }

  #place(): BatchPlace | undefined {
    const bytes = this.#bytes
    const left = bytes.length - this.#at
    if (left <= FIELD.magic) return undefined
    const size = LENGTH_END + bytes.readInt32BE(this.#at + FIELD.length)
    const magic = bytes[this.#at + FIELD.magic]
    if (magic !== MAGIC)
      throw new BadRecordsError(
        `the records are of version ${magic}, which Kafka has not written since 0.11; only version ${MAGIC} can be read`
      )
    if (size < HEADER_SIZE) throw new BadRecordsError(`a batch of ${size} bytes cannot be`)
    if (size > left) return undefined
    const baseOffset = int64At(bytes, this.#at)
    return {
      baseOffset,
      lastOffset: baseOffset + bytes.readInt32BE(this.#at + FIELD.lastOffsetDelta),
      end: this.#at + size
    }
  }

  #isGivenUp(producerId: number, lastOffset: number): boolean {
    for (let first = this.#aborted[0]; first && first.firstOffset <= lastOffset; first = this.#aborted[0]) {
      this.#givenUp.add(first.producerId)
      this.#aborted.shift()
    }
    return this.#givenUp.has(producerId)
  }
}

const rangeOf = ({ baseOffset, lastOffset }: BatchPlace): { from: number; behind: number } => ({
  from: baseOffset,
  behind: lastOffset + 1
})

/** The last offset of the whole batches in these bytes; `position - 1` if there is none. Looks at their beginnings alone. */
export function lastOffsetIn(bytes: Buffer, position: number): number {
  let last = position - 1
  for (let at = 0; at + HEADER_SIZE <= bytes.length; ) {
    const end = at + LENGTH_END + bytes.readInt32BE(at + FIELD.length)
    if (end > bytes.length || end < at + HEADER_SIZE) break
    last = int64At(bytes, at) + bytes.readInt32BE(at + FIELD.lastOffsetDelta)
    at = end
  }
  return Math.max(last, position - 1)
}
