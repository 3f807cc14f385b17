/**
 * Maps recorded positions to one timeline. Gaps longer than `maxGap` are cut to it, and rounds follow one another. All values are
 * microseconds, and sums of integers, so no precision is lost however long the timeline gets.
 */
export class ReplayTimeline {
  #at: number
  #previous: number | undefined

  constructor(
    private readonly maxGap = Number.POSITIVE_INFINITY,
    start = 0
  ) {
    this.#at = start
  }

  /** The latest point of the timeline. */
  get end(): number {
    return this.#at
  }

  /** The point of the next message, which was recorded at `position`. The first message of a round gets the latest point. */
  place(position: number): number {
    if (this.#previous !== undefined) this.#at += this.#cut(position - this.#previous)
    this.#previous = position
    return this.#at
  }

  /** Begins another round, `gap` after the last message. */
  startRound(gap: number): void {
    this.#at += this.#cut(gap)
    this.#previous = undefined
  }

  #cut(gap: number): number {
    return Math.min(Math.max(gap, 0), this.maxGap)
  }
}
