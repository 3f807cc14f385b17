import type { Message } from '../../core/message.js'
import type { Fetched } from './fetching.js'
import { HEADER_SIZE } from './records/batch-format.js'
import { BatchWalk, badRecordsOf, type ReadBatch } from './records/read-batches.js'

/** Messages that a receiver gets at once, at most. */
const MOST = 1000
/** Messages that are gathered from several batches: of more at once, what is young takes 8 MB more, and little time is saved. */
const GATHERED = 200
/** Bytes of records that are gathered from several batches: a batch that has as many goes alone, and decompressed ones take no more memory. */
const ENOUGH = 262_144

/** Messages that are handed out at once. */
export interface MessageRun {
  readonly messages: Message[]
  /** Everything before this offset has been passed once the messages are taken: also control records, and what compaction has removed. */
  readonly behind: number
  /** What was thrown behind the messages; undefined if nothing was. */
  readonly failure: unknown
}

/**
 * Walks through the messages that came for one partition. Small batches are gathered: a producer that sends each message alone makes a batch
 * of each, and to hand out a batch costs more than to read a message.
 */
export class MessageWalk {
  readonly #walk: BatchWalk
  readonly #first: number
  /** The batch that is open. */
  #batch: ReadBatch | undefined
  #behind: number

  /** What came is read from the offset on up to which messages were taken: a batch is sent whole, also where reading begins within it. */
  constructor({
    read,
    records,
    aborted,
    partition
  }: Pick<Fetched, 'read' | 'records' | 'aborted' | 'partition'>) {
    this.#walk = new BatchWalk({ channel: read.topic, partition }, records, aborted)
    this.#first = read.taken
    this.#behind = read.taken
  }

  /**
   * The next messages, perhaps none; undefined at the end. Behind a failure it goes on with the next batch.
   * @param time when they came, in microseconds
   */
  async next(time: number): Promise<MessageRun | undefined> {
    const messages: Message[] = []
    let held = bytesOf(this.#batch)
    try {
      while (messages.length < MOST) {
        if (this.#batch === undefined) {
          if (messages.length >= GATHERED || held >= ENOUGH) break
          const next = this.#walk.next()
          const batch = next instanceof Promise ? await next : next
          if (batch === undefined) {
            if (held === 0) return undefined
            break
          }
          held += bytesOf(batch)
          this.#batch = batch
        }
        this.#decode(this.#batch, messages, time)
      }
      return { messages, behind: this.#behind, failure: undefined }
    } catch (failure) {
      this.#batch = undefined
      return { messages, behind: this.#behind, failure }
    }
  }

  #decode(batch: ReadBatch, messages: Message[], time: number): void {
    const { records } = batch
    try {
      while (records !== undefined && records.left > 0) {
        if (messages.length >= MOST) return
        const message = records.next(time)
        if ((message.kafka?.offset ?? 0) >= this.#first) messages.push(message)
      }
    } catch (error) {
      throw badRecordsOf(error, batch)
    }
    this.#behind = Math.max(this.#behind, batch.nextOffset)
    this.#batch = undefined
  }
}

/** A batch has a header, also where it has no records. */
const bytesOf = (batch: ReadBatch | undefined): number =>
  batch === undefined ? 0 : HEADER_SIZE + (batch.records?.length ?? 0)
