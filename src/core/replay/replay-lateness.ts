/** How many buckets there are for each doubling of the lateness: a quantile is at most 1/16 too high. */
const PER_DOUBLING = 16
const DOUBLINGS = 44

/**
 * Counts how late messages were sent, in microseconds and in constant memory. The maximum is exact; quantiles are at most 6 % too high.
 */
export class ReplayLateness {
  readonly #counts = new Float64Array(PER_DOUBLING * DOUBLINGS)
  #count = 0
  #worst = 0

  /** Adds `count` messages that were sent `lateness` microseconds after they were due. */
  add(lateness: number, count = 1): void {
    const late = Math.max(0, lateness)
    const bucket = Math.min(Math.floor(Math.log2(late + 1) * PER_DOUBLING), this.#counts.length - 1)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count
    this.#count += count
    if (late > this.#worst) this.#worst = late
  }

  get count(): number {
    return this.#count
  }

  get worst(): number {
    return this.#worst
  }

  /** The lateness in microseconds that a share of the messages (for example 0.99) did not exceed. */
  quantile(share: number): number {
    const rank = Math.ceil(this.#count * share)
    let seen = 0
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      seen += this.#counts[bucket] ?? 0
      if (seen >= rank && seen > 0) return Math.min(2 ** ((bucket + 1) / PER_DOUBLING) - 1, this.#worst)
    }
    return 0
  }
}
