import type { Message } from '../../core/message.js'
import type { FetchedPartition } from './api/fetch.js'
import { copiedBytes, copyMessage } from './copy-message.js'
import { mergeByTime } from './merge-by-time.js'
import type { OffsetRange } from './offset-ranges.js'
import { BatchWalk, badRecordsOf, type ReadBatch } from './records/read-batches.js'

/** Where the last offsets hold no message (marks of transactions, what was given up), so many times as many are looked at, so often. */
const WIDER = 10
const TIMES_WIDER = 2

/** The last messages of one partition, while they are looked for. */
export class PartitionTail {
  messages: Message[] = []
  /** The offset that is asked for next. */
  position: number
  /** Nobody asks further. */
  isDone: boolean
  #wanted: number
  #hasJumped = false
  #timesWider = 0

  constructor(
    readonly topic: TopicTail,
    readonly partition: number,
    private readonly range: OffsetRange,
    private readonly most: number
  ) {
    this.#wanted = most
    this.position = this.#from(most)
    this.isDone = this.position >= range.end
  }

  #from(count: number): number {
    return Math.max(this.range.start, this.range.end - count)
  }

  /**
   * Takes what a broker sent, and decides what is asked for next.
   * @throws BadRecordsError for records that cannot be read
   */
  async take({ records, aborted }: FetchedPartition, time: number): Promise<void> {
    const { end } = this.range
    const first = this.position
    const walk = new BatchWalk({ channel: this.topic.name, partition: this.partition }, records, aborted)
    for (let batch = await walk.next(); batch !== undefined; batch = await walk.next()) {
      this.#takeBatch(batch, first, time)
      this.messages.splice(0, this.messages.length - this.most)
      this.position = Math.max(this.position, batch.nextOffset)
    }
    if (this.position >= end) this.#lookFurther()
    // The newest message counts more than those between.
    else if (this.position > first) this.#jump()
  }

  #takeBatch(batch: ReadBatch, first: number, time: number): void {
    const { records } = batch
    try {
      while (records !== undefined && records.left > 0) {
        if (records.left > this.#wanted) {
          records.skip()
          continue
        }
        const message = records.next(time)
        const offset = message.kafka?.offset ?? 0
        if (offset >= first && offset < this.range.end) this.messages.push(copyMessage(message))
      }
    } catch (error) {
      throw badRecordsOf(error, batch)
    }
  }

  /** The bytes that its messages take in memory, about. */
  get held(): number {
    return this.messages.reduce((sum, message) => sum + copiedBytes(message), 0)
  }

  #jump(): void {
    this.isDone = this.#hasJumped
    this.#hasJumped = true
    this.position = this.range.end - 1
  }

  #lookFurther(): void {
    const { start } = this.range
    this.isDone =
      this.messages.length > 0 || this.#timesWider === TIMES_WIDER || this.#from(this.#wanted) === start
    if (this.isDone) return
    this.#timesWider++
    this.#wanted *= WIDER
    this.position = this.#from(this.#wanted)
  }
}

/** The last messages of the partitions of a topic. */
export class TopicTail {
  readonly parts: PartitionTail[] = []
  /** The other partitions, by their numbers: the broker does not say what they hold. */
  readonly unknown: number[] = []

  constructor(readonly name: string) {}

  get isDone(): boolean {
    return this.parts.every(({ isDone }) => isDone)
  }

  get held(): number {
    return this.parts.reduce((sum, { held }) => sum + held, 0)
  }

  /** What was found since the last call, in the order of its times. */
  takeMessages(): Message[] {
    const merged = mergeByTime(this.parts.map(({ messages }) => messages))
    for (const part of this.parts) part.messages = []
    return merged
  }
}
