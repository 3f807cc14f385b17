import type { PatternRules } from '../../core/channel-pattern.js'
import type { Receiver } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import type { Message } from '../../core/message.js'
import { startReceiveClock } from '../clock/receive-clock.js'
import { ReceiverRoutes } from '../exchange/receiver-routes.js'
import type { Fetched } from './fetching.js'
import type { ReadPartition } from './read-partition.js'
import type { RecordsReader } from './records/decode-records.js'
import { BadRecordsError, BatchWalk } from './records/read-batches.js'

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
    const turn = this.#turn.then(async () => {
      for (const each of fetched) await this.#takePartition(each)
    })
    this.#turn = turn.catch((error: unknown) => {
      this.stop()
      this.#fail(error)
    })
    return this.#turn
  }

  settled(): Promise<void> {
    return this.#turn
  }

  /** Hands out nothing more. */
  stop(): void {
    this.#isStopped = true
  }

  async #takePartition({ read, records, aborted, partition }: Fetched): Promise<void> {
    const { topic } = read
    const first = read.taken
    const walk = new BatchWalk({ channel: topic, partition }, records, aborted)
    try {
      for (let batch = await walk.next(); batch !== undefined; batch = await walk.next()) {
        if (batch.records !== undefined) await this.#takeRecords(read, batch.records, first)
        if (this.#isStopped || read.isOver) return
        // Control records and records that compaction has removed are passed, too.
        read.taken = Math.max(read.taken, batch.nextOffset)
        this.#onTaken()
      }
    } catch (error) {
      if (!(error instanceof BadRecordsError || error instanceof RangeError)) throw error
      throw new TidingsError('unfinished', `cannot read "${topic}": ${error.message}`, {
        code: 'bad-records',
        cause: error,
        suggestion: `begin behind them: --from ${read.taken + 1}`
      })
    }
  }

  async #takeRecords(read: ReadPartition, records: RecordsReader, first: number): Promise<void> {
    while (records.left > 0 && !this.#isStopped && !read.isOver) {
      const time = this.#now()
      let messages: Message[] = []
      while (records.left > 0 && messages.length < MOST) {
        const message = records.next(time)
        // A batch is sent whole, also where reading begins within it.
        if ((message.kafka?.offset ?? 0) >= first) messages.push(message)
      }
      while (messages.length > 0 && !this.#isStopped && !read.isOver) {
        const { length, receive } = this.#routes.next(messages)
        const batch = length === messages.length ? messages : messages.slice(0, length)
        const receipt = await receive(batch)
        const done = receipt === undefined ? batch.length : Math.min(receipt.done, batch.length)
        // A log keeps the message that is given up: it counts as taken.
        const passed = receipt?.next === 'let-go' ? Math.min(done + 1, batch.length) : done
        const last = batch[passed - 1]?.kafka?.offset
        if (last !== undefined) read.taken = last + 1
        messages = messages.slice(passed)
        if (receipt?.next === 'stop') this.stop()
        this.#onTaken()
      }
    }
  }
}
