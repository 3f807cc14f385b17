/**
 * Lays recorded positions onto one line of time that starts at 0: silences longer than `maxGap` are cut, rounds follow one
 * another. All in microseconds; sums of differences of integers, so nothing is lost however long it gets.
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

  /** How far the line has come. */
  get end(): number {
    return this.#at
  }

  /** Where the next message stands that was recorded at `position`; the first of a round stands where the line has come to. */
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
