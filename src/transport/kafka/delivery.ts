import type { PatternRules } from '../../core/channel-pattern.js'
import type { Receiver } from '../../core/connection.js'
import type { Message } from '../../core/message.js'
import { startReceiveClock } from '../clock/receive-clock.js'
import { ReceiverRoutes } from '../exchange/receiver-routes.js'
import type { Fetched } from './fetching.js'
import type { ReadPartition } from './read-partition.js'
import { BatchWalk, badRecordsOf, type ReadBatch } from './records/read-batches.js'
import type { UnreadableRecords } from './unreadable-records.js'

/** Messages that a receiver gets at once, at most. */
const MOST = 1000

/** Hands messages to the receivers, one batch after the other, and notes what they have taken. */
export class Delivery {
  /** Resolves with why a receiver failed, or why records cannot be read. */
  readonly failed: Promise<unknown>
  /** When messages come, in microseconds: one clock for all that is handed out, so that times never go back. */
  readonly now = startReceiveClock()
  readonly #routes: ReceiverRoutes
  readonly #unreadable: UnreadableRecords
  readonly #onTaken: () => void
  #turn: Promise<void> = Promise.resolve()
  #isStopped = false
  #fail: (error: unknown) => void = () => {}

  /** @param onTaken called when a receiver has taken messages */
  constructor(rules: PatternRules, unreadable: UnreadableRecords, onTaken: () => void) {
    this.#routes = new ReceiverRoutes(rules)
    this.#unreadable = unreadable
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

  async #takePartition({ read, records, aborted, partition }: Fetched): Promise<void> {
    const first = read.taken
    const walk = new BatchWalk({ channel: read.topic, partition }, records, aborted)
    while (!this.#isStopped && !read.isOver) {
      const behind = await this.#takeBatch(read, walk, first).catch((error: unknown) =>
        this.#unreadable.pass(read, error)
      )
      if (behind === undefined || this.#isStopped || read.isOver) return
      // Control records and records that compaction has removed are passed, too.
      read.taken = Math.max(read.taken, behind)
      this.#onTaken()
    }
  }

  /** Takes the next batch. Resolves to the offset behind it; undefined at the end. */
  async #takeBatch(read: ReadPartition, walk: BatchWalk, first: number): Promise<number | undefined> {
    const batch = await walk.next()
    if (batch === undefined) return undefined
    while ((batch.records?.left ?? 0) > 0 && !this.#isStopped && !read.isOver) {
      const messages: Message[] = []
      const damage = this.#decode(batch, messages, first)
      await this.#handOut(messages, () => read)
      if (damage !== undefined) throw damage
    }
    return batch.nextOffset
  }

  /** Decodes as many messages as a receiver gets at once. Returns why it has ended before, if it has. */
  #decode(batch: ReadBatch, messages: Message[], first: number): unknown {
    const { records } = batch
    const time = this.now()
    try {
      while (records !== undefined && records.left > 0 && messages.length < MOST) {
        const message = records.next(time)
        // A batch is sent whole, also where reading begins within it.
        if ((message.kafka?.offset ?? 0) >= first) messages.push(message)
      }
      return undefined
    } catch (error) {
      return badRecordsOf(error, batch)
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
