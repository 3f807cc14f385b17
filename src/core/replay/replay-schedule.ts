/** Why a replay stands still: a person paused it, or the broker cannot be reached. */
export type HoldReason = 'pause' | 'outage'

/**
 * Says when what stands at a point of the replay's timeline is due. Every due time is computed from one fixed point, never
 * from the previous message, so no error adds up; a change of speed, a pause or a seek sets a new fixed point.
 * All times are microseconds: points on the timeline, and times on a monotonic clock.
 */
export class ReplaySchedule {
  #at: number
  #due: number
  #speed: number
  readonly #holds = new Set<HoldReason>()

  /** What stands at `at` is due at `due`. A speed of infinity makes everything due at once. */
  constructor(speed: number, due: number, at = 0) {
    this.#speed = speed
    this.#due = due
    this.#at = at
  }

  get speed(): number {
    return this.#speed
  }

  get held(): boolean {
    return this.#holds.size > 0
  }

  isHeld(reason: HoldReason): boolean {
    return this.#holds.has(reason)
  }

  /** When what stands at `at` is due; never, while the replay is held. */
  dueOf(at: number): number {
    return this.held ? Number.POSITIVE_INFINITY : this.#due + (at - this.#at) / this.#speed
  }

  /** How far the timeline has come at a time. */
  positionAt(now: number): number {
    return this.held || this.#speed === Number.POSITIVE_INFINITY
      ? this.#at
      : this.#at + (now - this.#due) * this.#speed
  }

  setSpeed(speed: number, now: number): void {
    this.jumpTo(this.positionAt(now), now)
    this.#speed = speed
  }

  /** What stands at `at` is due now. */
  jumpTo(at: number, now: number): void {
    this.#at = at
    this.#due = now
  }

  /** Stands still, at `at` if that is given, until every reason to hold is released. */
  hold(reason: HoldReason, now: number, at = this.positionAt(now)): void {
    this.jumpTo(at, now)
    this.#holds.add(reason)
  }

  /** Goes on where it stood. */
  release(reason: HoldReason, now: number): void {
    if (this.#holds.delete(reason)) this.#due = now
  }
}
