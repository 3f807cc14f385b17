import type { PatternRules } from '../../core/channel-pattern.js'
import type { Receiver } from '../../core/connection.js'
import type { Message } from '../../core/message.js'
import { startReceiveClock } from '../clock/receive-clock.js'
import { ReceiverRoutes } from '../exchange/receiver-routes.js'
import type { Fetched } from './fetching.js'
import type { ReadPartition } from './read-partition.js'
import { readable } from './readable.js'
import type { RecordsReader } from './records/decode-records.js'
import { BatchWalk } from './records/read-batches.js'

/** Messages that a receiver gets at once, at most. */
const MOST = 1000

/** Hands messages to the receivers, one batch after the other, and notes what they have taken. */
export class Delivery {
  /** Resolves with why a receiver failed, or why records cannot be read. */
  readonly failed: Promise<unknown>
  readonly #routes: ReceiverRoutes
  readonly #onTaken: () => void
  readonly #now = startReceiveClock()
  #turn: Promise<void> = Promise.resolve()
  #isStopped = false
  #fail: (error: unknown) => void = () => {}

  /** @param onTaken called when a receiver has taken messages */
  constructor(rules: PatternRules, onTaken: () => void) {
    this.#routes = new ReceiverRoutes(rules)
    this.#onTaken = onTaken
    this.failed = new Promise((resolve) => {
      this.#fail = resolve
    })
  }

  add(receive: Receiver, patterns: readonly string[]): void {
    this.#routes.add(receive, patterns)
  }

  /** Resolves once the receivers have taken what came. */
  take(fetched: readonly Fetched[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const each of fetched) await this.#takePartition(each)
    })
  }

  /** The same for messages of several partitions, in this order; `reads` has the partition of each. */
  takeMerged(messages: Message[], reads: readonly ReadPartition[]): Promise<void> {
    return this.#inTurn(() => this.#handOut(messages, (index) => reads[index]))
  }

  /** Everything of the partition that was there at the start has been taken: also marks behind the last message. */
  finish(read: ReadPartition): void {
    if (read.end !== undefined && !read.isOver) {
      read.taken = Math.max(read.taken, read.end)
      read.position = read.taken
    }
    this.#onTaken()
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      this.stop()
      this.#fail(error)
    })
    return this.#turn
  }

  settled(): Promise<void> {
    return this.#turn
  }

  /** Whether nothing more is handed out. */
  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Hands out nothing more. */
  stop(): void {
    this.#isStopped = true
  }

  #takePartition({ read, records, aborted, partition }: Fetched): Promise<void> {
    const first = read.taken
    const walk = new BatchWalk({ channel: read.topic, partition }, records, aborted)
    return readable(read, async () => {
      for (let batch = await walk.next(); batch !== undefined; batch = await walk.next()) {
        if (batch.records !== undefined) await this.#takeRecords(read, batch.records, first)
        if (this.#isStopped || read.isOver) return
        // Control records and records that compaction has removed are passed, too.
        read.taken = Math.max(read.taken, batch.nextOffset)
        this.#onTaken()
      }
    })
  }

  async #takeRecords(read: ReadPartition, records: RecordsReader, first: number): Promise<void> {
    while (records.left > 0 && !this.#isStopped && !read.isOver) {
      const time = this.#now()
      const messages: Message[] = []
      while (records.left > 0 && messages.length < MOST) {
        const message = records.next(time)
        // A batch is sent whole, also where reading begins within it.
        if ((message.kafka?.offset ?? 0) >= first) messages.push(message)
      }
      await this.#handOut(messages, () => read)
    }
  }

  /** @param readOf the partition of the message at a place */
  async #handOut(all: Message[], readOf: (index: number) => ReadPartition | undefined): Promise<void> {
    let messages = all
    while (messages.length > 0 && !this.#isStopped) {
      const start = all.length - messages.length
      if (readOf(start)?.isOver) {
        messages = messages.slice(1)
        continue
      }
      const { length, receive } = this.#routes.next(messages)
      const batch = length === messages.length ? messages : messages.slice(0, length)
      const receipt = await receive(batch)
      const done = receipt === undefined ? batch.length : Math.min(receipt.done, batch.length)
      // A log keeps the message that is given up: it counts as taken.
      const passed = receipt?.next === 'let-go' ? Math.min(done + 1, batch.length) : done
      noteTaken(batch, passed, (index) => readOf(start + index))
      messages = messages.slice(passed)
      if (receipt?.next === 'stop') this.stop()
      this.#onTaken()
    }
  }
}

/** Notes how far the partitions of the first messages were taken. */
function noteTaken(
  batch: readonly Message[],
  passed: number,
  readOf: (index: number) => ReadPartition | undefined
): void {
  for (let index = 0; index < passed; index++) {
    const read = readOf(index)
    // Mostly all are of one partition, of which the last one says it.
    if (index + 1 < passed && readOf(index + 1) === read) continue
    const offset = batch[index]?.kafka?.offset
    if (read !== undefined && offset !== undefined) read.taken = offset + 1
  }
}
