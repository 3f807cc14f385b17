import { type Clock, STOOD_STILL } from '../core/clock.js'
import type { Message } from '../core/message.js'
import type { WatchOutcome } from '../core/watching/watch-outcome.js'
import { shortRest } from './short-rest.js'
import { WatchCourse, type WatchWish } from './watch-course.js'

/** Microseconds. A reader that is slower than this held messages back. */
const SLOW = 100_000
/** Microseconds that are slept where there is no deadline. */
const LONG = 3_600_000_000

/** Gives a watch its times: one timer for the next deadline, and the time of each batch. */
export class LiveWatch {
  readonly #course: WatchCourse
  readonly #ended = new AbortController()
  readonly #over = new AbortController()
  /** From the clock that never jumps to wall-clock time. */
  readonly #offset: number
  /** Wakes the timer where a deadline has come that is earlier than the one it waits for. */
  #wake = new AbortController()
  #awaited = Number.POSITIVE_INFINITY
  /** What is being told. */
  #telling: Promise<void> | undefined
  /** Why what happens could not be told. */
  failure: unknown

  constructor(
    wish: WatchWish,
    private readonly clock: Clock
  ) {
    this.#offset = clock.now() - clock.monotonic()
    this.#course = new WatchCourse(wish, this.#now())
  }

  /** Aborts once nothing more is to be watched. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  #now(): number {
    return this.#offset + this.clock.monotonic()
  }

  /** Observes a batch, and waits until what happened is written. A reader that is slow holds back the messages that follow. */
  take(batch: readonly Message[]): void | Promise<void> {
    const from = this.#now()
    return this.#told(() => this.#course.observe(batch, from))?.then(() => {
      if (this.#now() - from > SLOW) this.#course.held(from, this.#now())
    })
  }

  lost(reason: string): void {
    void this.#told(() => this.#course.lost(this.#now(), reason))
  }

  /** @param isKept the broker has kept what was sent meanwhile */
  restored(isKept: boolean): void {
    void this.#told(() => this.#course.restored(this.#now(), isKept))
  }

  async keepDeadlines(): Promise<void> {
    const { clock } = this
    while (!this.#ended.signal.aborted) {
      const from = this.#now()
      const due = Math.max(from, this.#course.deadline ?? from + LONG)
      this.#awaited = due
      this.#wake = new AbortController()
      const signal = AbortSignal.any([this.#ended.signal, this.#wake.signal])
      await clock.sleepUntil(due - this.#offset, signal)
      if (signal.aborted) continue
      if (this.#now() - due > STOOD_STILL) this.#course.held(due, this.#now())
      // What has arrived meanwhile is read first.
      await shortRest(clock, this.#ended.signal)
      await this.#telling
      if (!this.#ended.signal.aborted) await this.#told(() => this.#course.advance(this.#now()))
    }
  }

  end(): void {
    this.#ended.abort()
  }

  async finish(unmatched: number, isWhole: boolean): Promise<WatchOutcome> {
    await this.#telling
    return this.#course.finish(this.#now(), unmatched, isWhole, (error) => this.#fail(error))
  }

  /** Does a step, and waits until what it tells is written. */
  #told(step: () => void | Promise<void>): void | Promise<void> {
    try {
      const telling = step()
      if (this.#course.isOver) this.#over.abort()
      if ((this.#course.deadline ?? Number.POSITIVE_INFINITY) < this.#awaited) this.#wake.abort()
      if (telling === undefined) return this.#telling
      const all = Promise.all([this.#telling, telling])
        .catch((error: unknown) => this.#fail(error))
        .then(() => {
          if (this.#telling === all) this.#telling = undefined
        })
      this.#telling = all
      return all
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.failure ??= error
    this.#over.abort()
  }
}
