import type { Unread } from '../core/connection.js'
import type { ReplayOutcome, ReplayProgress } from '../core/replay/replay-outcome.js'
import { confirmRead, withoutUnread } from './confirm-read.js'
import { Interruptions } from './interruptions.js'
import { ReplayCourse } from './replay-course.js'
import { ReplayDelivery } from './replay-delivery.js'
import type { ReplayOptions } from './replay-options.js'
import { watchForStall } from './stall-watch.js'

/** Plays a recording. The methods that steer it may be called at any time during `run`. */
export class Player {
  readonly #course: ReplayCourse
  readonly #delivery: ReplayDelivery
  readonly #interruptions: Interruptions
  #ended: ReplayOutcome['ended'] | undefined
  #stalled = false
  /** Everything was reported, and the broker is asked whether it has read it. */
  #confirming = false
  /** Whether no message is left to be sent. */
  #isSent = false

  constructor(private readonly options: ReplayOptions) {
    const { clock, connection } = options
    this.#course = new ReplayCourse(options)
    this.#interruptions = new Interruptions(clock)
    this.#delivery = new ReplayDelivery(
      connection,
      () => clock.monotonic(),
      () => {
        if (this.#delivery.ended) this.#interruptions.interrupt()
        else this.#interruptions.answer()
      }
    )
  }

  /** Pauses the replay, or continues it. */
  togglePause(): void {
    this.#interruptions.post((now) => this.#course.togglePause(now))
  }

  /** Sends the next message now, and pauses after it. */
  step(): void {
    this.#interruptions.post((now) => this.#course.step(now))
  }

  setSpeed(change: (speed: number) => number): void {
    this.#interruptions.post((now) => this.#course.setSpeed(change, now))
  }

  /** Moves forward by `distance` microseconds; a negative distance moves back, at most to the beginning of the round. */
  seek(distance: number): void {
    this.#interruptions.post((now) => this.#course.seek(distance, now))
  }

  /** Ends the replay as if the recording ended here. */
  quit(): void {
    this.#interruptions.post(() => {
      this.#ended ??= 'quit'
    })
  }

  /** To be called when the connection was lost and is being renewed. */
  connectionLost(): void {
    if (this.options.catchUp) return
    this.#interruptions.post((now) => this.#course.beginOutage(now))
  }

  connectionRestored(): void {
    this.#interruptions.post((now) => this.#course.endOutage(now))
  }

  /** To be called when a stopped process goes on. Messages that became due meanwhile must not come in a burst. */
  stoodStill(): void {
    if (this.options.catchUp) return
    this.#interruptions.post((now) => this.#course.stoodStill(now))
  }

  get progress(): ReplayProgress {
    return { ...this.#delivery.counts, ...this.#course.progressAt(this.options.clock.monotonic()) }
  }

  /** Sends every message when it is due, and waits for the broker's answers. Never rejects: the outcome says what failed. */
  async run(): Promise<ReplayOutcome> {
    const { stop, connection, clock } = this.options
    const onStop = () => {
      this.#ended ??= 'stop'
      void connection.close(this.options.drainTimeout)
      this.#interruptions.interrupt()
    }
    if (stop.aborted) onStop()
    stop.addEventListener('abort', onStop, { once: true })
    const over = new AbortController()
    const watching = this.#watchForStall(over.signal)
    while (await this.#advance());
    const course = this.#course
    await course.close()
    while (this.#delivery.open > 0) await this.#interruptions.next()
    const elapsed = course.started === undefined ? 0 : clock.monotonic() - course.started
    const unread = await this.#confirm()
    over.abort()
    await watching
    stop.removeEventListener('abort', onStop)
    return {
      ...withoutUnread(this.#delivery.counts, unread),
      unread,
      lateness: course.lateness,
      invalid: course.invalid,
      unsendable: course.unsendable,
      whyUnsendable: course.whyUnsendable,
      passed: course.passed,
      sourceError: course.failure,
      connectionError: this.#delivery.failure,
      // The last answer may come while the player gives up. Then the replay is unfinished only if a message was not sent.
      stalled:
        this.#stalled && (!this.#isSent || this.#delivery.counts.unacknowledged > 0 || unread.count > 0),
      ended: this.#ended ?? 'end',
      elapsed
    }
  }

  /** Does the next step, or waits until one is possible. Returns `false` once no message is left to be sent. */
  async #advance(): Promise<boolean> {
    await this.#interruptions.work()
    if (this.#ended !== undefined || this.#delivery.ended) return false
    const course = this.#course
    // Reading takes time. Tasks that came meanwhile are done first, because nothing may be sent after a stop.
    if (!course.hasNext) {
      const isMore = await course.readNext()
      this.#isSent = !isMore
      return isMore
    }
    if (!this.#delivery.hasRoom) {
      await this.#interruptions.next()
      return true
    }
    const { clock } = this.options
    if (course.started === undefined) course.start(clock.monotonic())
    const { due } = course
    if (due <= clock.monotonic()) this.#sendDue()
    else await this.#interruptions.sleepUntil(due)
    return true
  }

  #sendDue(): void {
    const { batch, bytes } = this.#course.takeDue(this.options.clock.monotonic())
    if (this.#course.isBroken) this.#ended ??= 'end'
    if (batch.length > 0) this.#delivery.send(batch, bytes)
  }

  async #confirm(): Promise<Unread> {
    if (this.#delivery.counts.unassured === 0) return { count: 0 }
    this.#confirming = true
    this.#delivery.lastProgress = this.options.clock.monotonic()
    return confirmRead(this.options.connection)
  }

  async #watchForStall(over: AbortSignal): Promise<void> {
    const { clock, ackTimeout, connection } = this.options
    const watch = {
      clock,
      limit: ackTimeout,
      settled: () => connection.settled,
      since: () =>
        this.#confirming || (this.#delivery.open > 0 && !this.#course.isInOutage)
          ? this.#delivery.lastProgress
          : undefined,
      stoodStill: () => {
        this.#delivery.lastProgress = clock.monotonic()
      }
    }
    if (!(await watchForStall(watch, over))) return
    this.#stalled = true
    void connection.close(0)
  }
}
