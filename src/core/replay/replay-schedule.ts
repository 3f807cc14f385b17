/** Why a replay is held: a person has paused it, or the connection is lost. */
export type HoldReason = 'pause' | 'outage'

/**
 * Decides when a message is due. Every due time is computed from one fixed point, never from the previous message, so errors do not
 * add up. A change of speed, a pause and a seek each set a new fixed point.
 * All times are microseconds: `at` is a point of the replay's timeline; `due` and `now` are times on a monotonic clock.
 */
export class ReplaySchedule {
  #at: number
  #due: number
  #speed: number
  readonly #holds = new Set<HoldReason>()

  /** A message at `at` is due at `due`. With a speed of infinity every message is due at once. */
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

  /** When a message at `at` is due; infinity while the replay is held. */
  dueOf(at: number): number {
    return this.held ? Number.POSITIVE_INFINITY : this.#due + (at - this.#at) / this.#speed
  }

  /** The point that the replay has reached on its timeline at the time `now`. */
  positionAt(now: number): number {
    return this.held || this.#speed === Number.POSITIVE_INFINITY
      ? this.#at
      : this.#at + (now - this.#due) * this.#speed
  }

  setSpeed(speed: number, now: number): void {
    this.jumpTo(this.positionAt(now), now)
    this.#speed = speed
  }

  /** From now on, a message at `at` is due now. */
  jumpTo(at: number, now: number): void {
    this.#at = at
    this.#due = now
  }

  /** Stops the replay (at `at`, if given) until every reason to hold is released. */
  hold(reason: HoldReason, now: number, at = this.positionAt(now)): void {
    this.jumpTo(at, now)
    this.#holds.add(reason)
  }

  /** Removes a reason to hold. After the last one the replay continues where it stopped. */
  release(reason: HoldReason, now: number): void {
    if (this.#holds.delete(reason)) this.#due = now
  }
}
