import type { PatternRules } from '../../core/channel-pattern.js'
import type { Receiver } from '../../core/connection.js'
import type { Message } from '../../core/message.js'
import { startReceiveClock } from '../clock/receive-clock.js'
import { ReceiverRoutes } from '../exchange/receiver-routes.js'
import type { Fetched } from './fetching.js'
import { MessageWalk } from './message-walk.js'
import type { ReadPartition } from './read-partition.js'
import type { UnreadableRecords } from './unreadable-records.js'

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

  async #takePartition(fetched: Fetched): Promise<void> {
    const walk = new MessageWalk(fetched)
    // In a function of its own: messages that stay reachable while the next ones are made take 17 MB more.
    while (await this.#takeNext(fetched.read, walk));
  }

  /** Takes what is handed out at once. Resolves to whether there may be more. */
  async #takeNext(read: ReadPartition, walk: MessageWalk): Promise<boolean> {
    if (this.#isStopped || read.isOver) return false
    const run = await walk.next(this.now())
    if (run === undefined) return false
    await this.#handOut(run.messages, () => read)
    if (this.#isStopped || read.isOver) return false
    read.taken = Math.max(read.taken, run.behind)
    if (run.failure !== undefined) read.taken = Math.max(read.taken, this.#unreadable.pass(read, run.failure))
    this.#onTaken()
    return true
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
