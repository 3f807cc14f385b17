import { pause } from '../connecting/back-off.js'
import type { QueueConsumer } from './queue-consumer.js'

/** What is watched of a consumer. */
export type WatchedConsumer = Pick<QueueConsumer, 'look' | 'isAtRest' | 'hasDelivered'>

/** How long to wait between two looks at a queue, in milliseconds. */
const PAUSE = 200
/** So many looks in a row find nothing to come: deliveries and answers may overtake each other at the broker. */
const LOOKS = 2
/** As many where nothing at all has come of a stream: RabbitMQ does not tell whether it has begun to send. */
const FIRST_LOOKS = 10

/**
 * Knows when everything is taken that a queue held when its reading began. Of a queue, the broker has told how much that is; other readers
 * may take some of it. Of a stream nobody tells, so we go on until nothing more comes, or until something comes that is newer.
 */
export class ReadingEnd {
  readonly reached: Promise<void>
  #reach: () => void = () => {}
  #isReached = false
  #isStream = false
  /** How many messages of a queue are not taken. */
  #left = 0
  /** The offset behind the last message of a stream that was taken. */
  #next = 0
  /** The offset of the first message that is newer than the start. */
  #edge = Number.POSITIVE_INFINITY

  constructor() {
    this.reached = new Promise((resolve) => {
      this.#reach = resolve
    })
  }

  /** The reading begins, for the first time or again; what nobody has acknowledged comes again. */
  begin(ready: number, isStream: boolean): void {
    this.#left = Math.max(this.#left, ready)
    this.#isStream = isStream
  }

  taken(count: number, offset: number | undefined): void {
    this.#left -= count
    if (offset !== undefined) this.#next = offset + 1
    this.#check()
  }

  /** The first message came that is newer than the start of the reading. */
  setEdge(offset: number): void {
    // This may come before the reading begins.
    this.#isStream = true
    this.#edge = Math.min(this.#edge, offset)
    this.#check()
  }

  #check(): void {
    if (this.#isStream ? this.#next >= this.#edge : this.#left <= 0) this.reach()
  }

  /** Watches until the end is reached, or `signal` aborts. */
  async watch(consumer: WatchedConsumer, signal: AbortSignal): Promise<void> {
    this.#check()
    let looks = 0
    while (!this.#isReached && !signal.aborted) {
      if (!consumer.isAtRest) looks = 0
      else {
        const { ready, isIdle } = await consumer.look()
        looks = isIdle && (this.#isStream || ready === 0) ? looks + 1 : 0
      }
      if (looks >= (this.#isStream && !consumer.hasDelivered ? FIRST_LOOKS : LOOKS)) this.reach()
      else await pause(PAUSE, signal)
    }
  }

  /** Nothing is left. */
  reach(): void {
    this.#isReached = true
    this.#reach()
  }
}
