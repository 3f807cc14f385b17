import type { Clock } from '../core/clock.js'
import type { Message } from '../core/message.js'
import { HistoryPlaces } from '../core/recording/history-places.js'
import type { SubscriberWish } from '../core/subscriber-wish.js'
import type { WatchOutcome } from '../core/watching/watch-outcome.js'
import { WatchCourse, type WatchWish } from './watch-course.js'

/** Whether only what a broker has kept is watched, in the order of its times. Members of a group get it in no such order. */
export const isHistoryWanted = ({ subscriptions }: Pick<SubscriberWish, 'subscriptions'>): boolean =>
  subscriptions.length > 0 &&
  subscriptions.every(({ untilEnd, group }) => untilEnd === true && group === undefined)

/**
 * Gives a watch of history the times at which its messages were published. A history is read faster than it came, so the times of reading say
 * nothing of rates and silence. It begins with the first message, and ends with the last one.
 */
export class HistoryWatch {
  readonly #wish: WatchWish
  readonly #clock: Clock
  readonly #places = new HistoryPlaces()
  readonly #over = new AbortController()
  #course: WatchCourse | undefined
  #last: number | undefined
  /** Why what happens could not be told. */
  failure: unknown

  constructor(wish: WatchWish, clock: Clock) {
    this.#wish = wish
    this.#clock = clock
  }

  /** Aborts once nothing more is to be watched. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  /** Observes a batch, and waits until what happened is written. */
  async take(batch: readonly Message[]): Promise<void> {
    try {
      for (const message of batch) {
        const now = this.#places.place(message.sourceTime, this.#clock.now())
        this.#last = now
        this.#course ??= new WatchCourse(this.#wish, now)
        const telling = this.#course.observe([message], now)
        if (telling) await telling
        if (this.#course.isOver) return this.#over.abort()
      }
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Nothing of a history is missed while the connection is down. */
  lost(): void {}

  restored(): void {}

  /** A history has no deadline that the next message does not pass. */
  async keepDeadlines(): Promise<void> {}

  end(): void {}

  async finish(unmatched: number, isWhole: boolean): Promise<WatchOutcome> {
    const end = this.#last ?? this.#clock.now()
    this.#course ??= new WatchCourse(this.#wish, end)
    return this.#course.finish(end, unmatched, isWhole, (error) => this.#fail(error))
  }

  #fail(error: unknown): void {
    this.failure ??= error
    this.#over.abort()
  }
}
