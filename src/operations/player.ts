import type { Unread } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import { type Message, payloadSize } from '../core/message.js'
import { ReplayMessages } from '../core/replay/replay-message.js'
import type { ReplayOutcome, ReplayProgress } from '../core/replay/replay-outcome.js'
import { ReplaySchedule } from '../core/replay/replay-schedule.js'
import { quoteName } from '../core/visible-text.js'
import { confirmRead, withoutUnread } from './confirm-read.js'
import { Interruptions } from './interruptions.js'
import { ReplayCursor, type ReplayRound } from './replay-cursor.js'
import { ReplayDelivery } from './replay-delivery.js'
import type { ReplayOptions } from './replay-options.js'
import { watchForStall } from './stall-watch.js'

/** How many messages are handed to the connection at once. */
const MOST_PER_BATCH = 1024
/** How many messages are read at once in a timed replay: parsing a whole chunk takes a millisecond, and messages would be late by that. */
const MOST_READ_ON_TIME = 64
const BYTES_PER_BATCH = 1024 * 1024

/** Plays a recording. The methods that steer it may be called at any time during `run`. */
export class Player {
  readonly #cursor: ReplayCursor
  readonly #schedule: ReplaySchedule
  readonly #delivery: ReplayDelivery
  readonly #messages: ReplayMessages
  readonly #interruptions: Interruptions
  #started: number | undefined
  #origin: number | undefined
  /** The point of the last sent message on the timeline. */
  #lastAt = 0
  #round: ReplayRound = { number: 1, start: 0 }
  #invalid = 0
  #unsendable = 0
  #passed = 0
  #steps = 0
  #ended: ReplayOutcome['ended'] | undefined
  #stalled = false
  /** Everything was reported, and the broker is asked whether it has read it. */
  #confirming = false
  /** Whether no message is left to be sent. */
  #isSent = false

  constructor(private readonly options: ReplayOptions) {
    const { clock } = options
    this.#cursor = new ReplayCursor({
      ...options,
      atOnce: options.speed === Number.POSITIVE_INFINITY ? MOST_PER_BATCH : MOST_READ_ON_TIME,
      onBroken: () => {
        if (options.skipInvalid) this.#invalid++
        return options.skipInvalid
      }
    })
    this.#interruptions = new Interruptions(clock)
    this.#schedule = new ReplaySchedule(options.speed, 0)
    this.#messages = new ReplayMessages(
      options.changes,
      () => clock.now(),
      (value) => options.onWarning(`--shift-time leaves alone what is no timestamp: ${value.slice(0, 60)}`)
    )
    this.#delivery = new ReplayDelivery(
      options.connection,
      () => clock.monotonic(),
      () => {
        if (this.#delivery.ended) this.#interruptions.interrupt()
        else this.#interruptions.answer()
      }
    )
  }

  /** Pauses the replay, or continues it. */
  togglePause(): void {
    this.#interruptions.post((now) =>
      this.#schedule.isHeld('pause')
        ? this.#schedule.release('pause', now)
        : this.#schedule.hold('pause', now)
    )
  }

  /** Sends the next message now, and pauses after it. */
  step(): void {
    this.#interruptions.post((now) => {
      this.#schedule.hold('pause', now)
      this.#steps++
    })
  }

  setSpeed(change: (speed: number) => number): void {
    this.#interruptions.post((now) => this.#schedule.setSpeed(change(this.#schedule.speed), now))
  }

  /** Moves forward by `distance` microseconds; a negative distance moves back, at most to the beginning of the round. */
  seek(distance: number): void {
    this.#interruptions.post((now) => this.#seek(distance, now))
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
    // Messages that are overdue already must not come in a burst either.
    this.#interruptions.post((now) => this.#schedule.hold('outage', now, this.#positionAt(now)))
  }

  connectionRestored(): void {
    this.#interruptions.post((now) => this.#schedule.release('outage', now))
  }

  /** To be called when a stopped process goes on. Messages that became due meanwhile must not come in a burst. */
  stoodStill(): void {
    if (this.options.catchUp) return
    this.#interruptions.post((now) => this.#schedule.jumpTo(this.#positionAt(now), now))
  }

  /** The point that the replay has reached: at most that of the next message; with a speed of infinity, that of the last sent message. */
  #positionAt(now: number): number {
    if (this.#started === undefined) return 0
    if (this.#schedule.speed === Number.POSITIVE_INFINITY) return this.#lastAt
    return Math.min(this.#schedule.positionAt(now), this.#cursor.at)
  }

  get progress(): ReplayProgress {
    const now = this.options.clock.monotonic()
    const due = this.#schedule.dueOf(this.#cursor.at)
    const isMax = this.#schedule.speed === Number.POSITIVE_INFINITY
    return {
      ...this.#delivery.counts,
      origin: this.#origin,
      position: this.#positionAt(now) - this.#round.start,
      round: this.#round.number,
      speed: this.#schedule.speed,
      lag: isMax || this.#started === undefined ? 0 : Math.max(0, now - due),
      paused: this.#schedule.isHeld('pause'),
      outage: this.#schedule.isHeld('outage')
    }
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
    await this.#cursor.close()
    while (this.#delivery.open > 0) await this.#interruptions.next()
    const elapsed = this.#started === undefined ? 0 : clock.monotonic() - this.#started
    const unread = await this.#confirm()
    over.abort()
    await watching
    stop.removeEventListener('abort', onStop)
    return {
      ...withoutUnread(this.#delivery.counts, unread),
      unread,
      lateness: this.#delivery.lateness,
      invalid: this.#invalid,
      unsendable: this.#unsendable,
      passed: this.#passed,
      sourceError: this.#cursor.failure,
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
    // Reading takes time. Commands that came meanwhile are done first, because nothing may be sent after a stop.
    if (this.#cursor.head === undefined) {
      const isMore = await this.#cursor.fill()
      this.#isSent = !isMore
      return isMore
    }
    if (!this.#delivery.hasRoom) {
      await this.#interruptions.next()
      return true
    }
    const { clock } = this.options
    if (this.#started === undefined) {
      this.#started = clock.monotonic()
      this.#origin = this.#cursor.head.position
      this.#schedule.jumpTo(this.#cursor.at, this.#started)
    }
    const due = this.#steps > 0 ? Number.NEGATIVE_INFINITY : this.#schedule.dueOf(this.#cursor.at)
    if (due <= clock.monotonic()) this.#sendDue()
    else await this.#interruptions.sleepUntil(due)
    return true
  }

  #sendDue(): void {
    const batch: Message[] = []
    let bytes = 0
    const paced = this.#schedule.speed !== Number.POSITIVE_INFINITY && this.#steps === 0
    const now = this.options.clock.monotonic()
    for (let next = this.#cursor.head; next !== undefined; next = this.#cursor.head) {
      if (batch.length === MOST_PER_BATCH || bytes >= BYTES_PER_BATCH) break
      const { at } = this.#cursor
      if (this.#steps > 0) {
        if (batch.length > 0) break
        this.#schedule.jumpTo(at, now)
      } else if (paced) {
        const due = this.#schedule.dueOf(at)
        if (due > now) break
        this.#delivery.lateness.add(now - due)
      }
      const message = this.#toSend(next.message)
      if (this.#ended !== undefined) break
      if (message !== undefined) {
        batch.push(message)
        bytes += payloadSize(message)
      }
      this.#round = this.#cursor.round
      this.#lastAt = at
      this.#cursor.take()
    }
    if (this.#steps > 0) this.#steps--
    if (batch.length > 0) this.#delivery.send(batch, bytes)
  }

  /**
   * Makes the message that is sent. A message that cannot be sent to the target, for example because its new name is no channel, counts as
   * a broken line: it ends the replay, or is left out.
   */
  #toSend(recorded: Message): Message | undefined {
    try {
      return this.options.target.fit(this.#messages.toSend(recorded, this.#cursor.round.start))
    } catch (error) {
      if (!(error instanceof TidingsError)) throw error
      if (this.options.skipInvalid) this.#unsendable++
      else {
        this.#cursor.failure ??= unsendable(recorded, error)
        this.#ended ??= 'end'
      }
      return undefined
    }
  }

  async #seek(distance: number, now: number): Promise<void> {
    const here = this.#positionAt(now)
    const target = Math.max(here + distance, this.#round.start)
    if (distance < 0) {
      if (!this.options.source.rereadable)
        return this.options.onNotice('cannot go back: stdin can be read only once')
      await this.#cursor.rewind(this.#round)
    }
    while (await this.#cursor.fill()) {
      if (this.#cursor.at >= target) break
      this.#cursor.take()
      if (distance > 0) this.#passed++
    }
    this.#schedule.jumpTo(target, this.options.clock.monotonic())
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
        this.#confirming || (this.#delivery.open > 0 && !this.#schedule.isHeld('outage'))
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

function unsendable({ channel }: Message, { message, code, suggestion }: TidingsError): TidingsError {
  return new TidingsError('bad-input', `cannot replay a message of ${quoteName(channel)}: ${message}`, {
    code,
    suggestion: `${suggestion ?? 'give it another name: --map'}; or go on without it: --skip-invalid`
  })
}
