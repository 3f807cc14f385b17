import type { Message } from '../../core/message.js'
import type { FetchedPartition } from './api/fetch.js'
import { copiedBytes, copyMessage } from './copy-message.js'
import type { Timed } from './earliest-first.js'
import { timeOf } from './merge-by-time.js'
import type { ReadPartition } from './read-partition.js'
import { BatchWalk, badRecordsOf, lastOffsetIn, type ReadBatch } from './records/read-batches.js'
import type { UnreadableRecords } from './unreadable-records.js'

/** A message whose time of receipt is not known yet. */
type Undated = Omit<Message, 'time'> & { time?: number | undefined }

/** Messages of a batch, from the front. */
interface Records {
  readonly left: number
  next(time: number): Message
}

/** A batch that is so many times larger than a partition's share of the memory is not kept: it is asked for again. */
const TOO_LARGE = 4

/** A partition whose history is merged with that of others: what came of it, and the message that is next. */
export class MergeSource implements Timed {
  /** The source time of `head`. */
  time = 0
  /** Its time of receipt is set when it is handed over: it may wait here for long. */
  head: Undated | undefined
  /** The next batch is larger than the share: only a beginning of it came. */
  isCut = false
  readonly #share: number
  readonly #unreadable: UnreadableRecords
  readonly #end: number
  #walks: BatchWalk[] = []
  #records: Records | undefined
  /** The batch that `#records` is of. */
  #batch: ReadBatch | undefined
  /** The first offset that is wanted. */
  #next: number

  /**
   * @param place among the sources, which decides between messages of the same time
   * @param share bytes of memory that it may take
   * @param unreadable decides what becomes of records that cannot be read
   */
  constructor(
    readonly read: ReadPartition,
    readonly place: number,
    share: number,
    unreadable: UnreadableRecords
  ) {
    this.#unreadable = unreadable
    this.#share = share
    this.#end = read.end ?? read.position
    this.#next = read.position
  }

  /** Whether nothing more comes. */
  get isFinished(): boolean {
    return this.read.isOver || (this.head === undefined && this.#isSpent && this.read.position >= this.#end)
  }

  /** Whether it should get more. */
  get isHungry(): boolean {
    const { position, isOver } = this.read
    return !isOver && position < this.#end && this.#bytesLeft < this.#share / 2
  }

  get #isSpent(): boolean {
    return this.#walks.length === 0 && (this.#records?.left ?? 0) === 0
  }

  get #bytesLeft(): number {
    return this.#walks.reduce((sum, walk) => sum + walk.bytesLeft, 0)
  }

  /** Takes what came. Returns whether that is a batch at least. */
  feed({ records, aborted }: FetchedPartition): boolean {
    const { read } = this
    const next = lastOffsetIn(records, read.position) + 1
    this.isCut = next <= read.position && records.length > 0
    if (next <= read.position) return false
    const place = { channel: read.topic, partition: read.partition }
    // A copy: a view would keep the answer's records of all partitions.
    this.#walks.push(new BatchWalk(place, Buffer.from(records), aborted))
    read.position = next
    return true
  }

  /** What was to come next is not there: its reading goes on elsewhere. */
  goOn(): void {
    this.#walks = []
    this.#records = undefined
    this.#next = this.read.position
  }

  /**
   * Goes to the next message of the batch that is open. Returns whether there is one.
   * @throws as `UnreadableRecords.pass` for records that cannot be read
   */
  step(): boolean {
    const records = this.#records
    while (records !== undefined && records.left > 0) {
      const message = this.#decode(records)
      if (message === undefined) break
      const offset = message.kafka?.offset ?? 0
      if (offset >= this.#end) break
      if (offset < this.#next) continue
      this.#next = offset + 1
      this.head = message
      this.time = timeOf(message)
      return true
    }
    this.#records = undefined
    this.head = undefined
    return false
  }

  /** The next message; undefined where the rest of the batch is left out. */
  #decode(records: Records): Message | undefined {
    try {
      return records.next(0)
    } catch (error) {
      this.#pass(this.#batch === undefined ? error : badRecordsOf(error, this.#batch))
      return undefined
    }
  }

  #pass(error: unknown): void {
    this.#next = Math.max(this.#next, this.#unreadable.pass(this.read, error))
  }

  /** The same, and opens the batches that came, as far as needed. */
  async open(): Promise<boolean> {
    while (!this.step()) {
      const [walk] = this.#walks
      if (walk === undefined) return false
      try {
        const batch = await walk.next()
        if (batch === undefined) this.#walks.shift()
        else if (batch.nextOffset > this.#next && batch.records !== undefined) {
          this.#batch = batch
          const { records } = batch
          this.#records = records.size > TOO_LARGE * this.#share ? this.#keep(records) : records
        }
      } catch (error) {
        this.#pass(error)
      }
    }
    return true
  }

  /** Keeps as many messages as fit into the share. The others are asked for again. */
  #keep(records: Records): Records {
    const kept: Message[] = []
    let held = 0
    while (records.left > 0 && held < this.#share) {
      const message = this.#decode(records)
      if (message === undefined) break
      if ((message.kafka?.offset ?? 0) < this.#next) continue
      kept.push(copyMessage(message))
      held += copiedBytes(message)
    }
    if (records.left > 0) {
      this.#walks = []
      this.read.position = (kept.at(-1)?.kafka?.offset ?? 0) + 1
    }
    let at = 0
    return {
      get left() {
        return kept.length - at
      },
      next: () => kept[at++] as Message
    }
  }
}
