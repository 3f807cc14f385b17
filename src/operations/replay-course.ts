import { type Message, payloadSize } from '../core/message.js'
import { ReplayLateness } from '../core/replay/replay-lateness.js'
import type { ReplayCounts, ReplayProgress } from '../core/replay/replay-outcome.js'
import { ReplaySchedule } from '../core/replay/replay-schedule.js'
import { OutgoingMessages } from './outgoing-messages.js'
import { ReplayCursor, type ReplayRound } from './replay-cursor.js'
import type { ReplayOptions } from './replay-options.js'

/** How many messages are handed to the connection at once. */
const MOST_PER_BATCH = 1024
/** How many messages are read at once in a timed replay: parsing a whole chunk takes a millisecond, and messages would be late by that. */
const MOST_READ_ON_TIME = 64
const BYTES_PER_BATCH = 1024 * 1024

/**
 * Where a replay stands: which message comes next, and when it is due. Pausing, another speed and seeking change that. Each `now` is a time
 * on the monotonic clock, in microseconds.
 */
export class ReplayCourse {
  readonly lateness = new ReplayLateness()
  /** Broken lines that were left out. */
  invalid = 0
  /** How many messages a seek skipped. */
  passed = 0
  /** When the first message was due. */
  started: number | undefined
  readonly #cursor: ReplayCursor
  readonly #schedule: ReplaySchedule
  readonly #outgoing: OutgoingMessages
  #origin: number | undefined
  /** The point of the last message that was taken on the timeline. */
  #lastAt = 0
  #round: ReplayRound = { number: 1, start: 0 }
  #steps = 0

  constructor(private readonly options: Omit<ReplayOptions, 'connection'>) {
    const { speed, skipInvalid } = options
    this.#cursor = new ReplayCursor({
      ...options,
      atOnce: speed === Number.POSITIVE_INFINITY ? MOST_PER_BATCH : MOST_READ_ON_TIME,
      onBroken: () => {
        if (skipInvalid) this.invalid++
        return skipInvalid
      }
    })
    this.#schedule = new ReplaySchedule(speed, 0)
    this.#outgoing = new OutgoingMessages(options)
  }

  /** Messages that cannot be sent, and were left out. */
  get unsendable(): number {
    return this.#outgoing.unsendable
  }

  /** Why the first of them was left out. */
  get whyUnsendable(): string | undefined {
    return this.#outgoing.whyUnsendable
  }

  /** A message that cannot be sent has ended it. */
  get isBroken(): boolean {
    return this.#outgoing.failure !== undefined
  }

  /** Why there is nothing to take any more before the end of the recording. */
  get failure(): unknown {
    return this.#cursor.failure ?? this.#outgoing.failure
  }

  /** Whether the next message was read already. */
  get hasNext(): boolean {
    return this.#cursor.head !== undefined
  }

  /** Reads until there is a next message; `false` if there is none any more. */
  readNext(): Promise<boolean> {
    return this.#cursor.fill()
  }

  close(): Promise<void> {
    return this.#cursor.close()
  }

  /** The next message, which is the first one, is due now. */
  start(now: number): void {
    this.started = now
    this.#origin = this.#cursor.head?.position
    this.#schedule.jumpTo(this.#cursor.at, now)
  }

  /** When the next message is to be sent, on the monotonic clock; never, while the replay is held. */
  get due(): number {
    return this.#steps > 0 ? Number.NEGATIVE_INFINITY : this.#schedule.dueOf(this.#cursor.at)
  }

  /** Takes the messages that are due and were read already, as many as are handed over at once, and tells the length of their payloads. */
  takeDue(now: number): { readonly batch: readonly Message[]; readonly bytes: number } {
    const batch: Message[] = []
    let bytes = 0
    const paced = this.#schedule.speed !== Number.POSITIVE_INFINITY && this.#steps === 0
    for (let next = this.#cursor.head; next !== undefined; next = this.#cursor.head) {
      if (batch.length === MOST_PER_BATCH || bytes >= BYTES_PER_BATCH) break
      const { at } = this.#cursor
      if (this.#steps > 0) {
        if (batch.length > 0) break
        this.#schedule.jumpTo(at, now)
      } else if (paced) {
        const due = this.#schedule.dueOf(at)
        if (due > now) break
        this.lateness.add(now - due)
      }
      const message = this.#outgoing.toSend(next.message, this.#cursor.round.start)
      if (this.#outgoing.failure !== undefined) break
      if (message !== undefined) {
        batch.push(message)
        bytes += payloadSize(message)
      }
      this.#round = this.#cursor.round
      this.#lastAt = at
      this.#cursor.take()
    }
    if (this.#steps > 0) this.#steps--
    return { batch, bytes }
  }

  /** Pauses the replay, or continues it. */
  togglePause(now: number): void {
    if (this.#schedule.isHeld('pause')) this.#schedule.release('pause', now)
    else this.#schedule.hold('pause', now)
  }

  /** Makes the next message due, and pauses behind it. */
  step(now: number): void {
    this.#schedule.hold('pause', now)
    this.#steps++
  }

  setSpeed(change: (speed: number) => number, now: number): void {
    this.#schedule.setSpeed(change(this.#schedule.speed), now)
  }

  get isInOutage(): boolean {
    return this.#schedule.isHeld('outage')
  }

  /** Messages that are overdue already must not come in a burst either. */
  beginOutage(now: number): void {
    this.#schedule.hold('outage', now, this.#positionAt(now))
  }

  endOutage(now: number): void {
    this.#schedule.release('outage', now)
  }

  /** Messages that became due while the process was stopped must not come in a burst. */
  stoodStill(now: number): void {
    this.#schedule.jumpTo(this.#positionAt(now), now)
  }

  /** Moves forward by `distance` microseconds; a negative distance moves back, at most to the beginning of the round. */
  async seek(distance: number, now: number): Promise<void> {
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
      if (distance > 0) this.passed++
    }
    this.#schedule.jumpTo(target, this.options.clock.monotonic())
  }

  /** How far it has come, without what became of the messages. */
  progressAt(now: number): Omit<ReplayProgress, keyof ReplayCounts> {
    const due = this.#schedule.dueOf(this.#cursor.at)
    const isMax = this.#schedule.speed === Number.POSITIVE_INFINITY
    return {
      origin: this.#origin,
      position: this.#positionAt(now) - this.#round.start,
      round: this.#round.number,
      speed: this.#schedule.speed,
      lag: isMax || this.started === undefined ? 0 : Math.max(0, now - due),
      paused: this.#schedule.isHeld('pause'),
      outage: this.isInOutage
    }
  }

  /** The point that the replay has reached: at most that of the next message; with a speed of infinity, that of the last taken message. */
  #positionAt(now: number): number {
    if (this.started === undefined) return 0
    if (this.#schedule.speed === Number.POSITIVE_INFINITY) return this.#lastAt
    return Math.min(this.#schedule.positionAt(now), this.#cursor.at)
  }
}
