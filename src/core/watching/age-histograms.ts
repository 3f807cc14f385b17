/** Buckets of one histogram: four for each doubling, from 1 ms to 3.3 hours. */
const BUCKETS = 96
const PER_DOUBLING = 4
const SMALLEST = 1000

/**
 * The ages of messages by channel, which have an index each, in a fixed memory for each channel: 384 bytes. A percentile is at most a tenth
 * away from the true one between 1 ms and 3 hours; the greatest age is exact. Ages are in microseconds.
 */
export class AgeHistograms {
  #counts = new Uint32Array(64 * BUCKETS)
  #greatest: number[] = []
  readonly #totals: number[] = []

  add(index: number, age: number): void {
    while (this.#greatest.length <= index) {
      this.#greatest.push(0)
      this.#totals.push(0)
    }
    if ((index + 1) * BUCKETS > this.#counts.length) this.#grow(index)
    const at = index * BUCKETS + bucketOf(age)
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    this.#totals[index] = (this.#totals[index] ?? 0) + 1
    if (age > (this.#greatest[index] ?? 0)) this.#greatest[index] = age
  }

  /** The age that `part` of the messages (0 to 1) did not exceed; undefined if no message had one. */
  percentile(index: number, part: number): number | undefined {
    const total = this.#totals[index] ?? 0
    if (total === 0) return undefined
    const greatest = this.#greatest[index] ?? 0
    let left = Math.ceil(total * part)
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#counts[index * BUCKETS + bucket] ?? 0
      if (left <= 0) return bucket === BUCKETS - 1 ? greatest : Math.min(middleOf(bucket), greatest)
    }
    return greatest
  }

  greatest(index: number): number | undefined {
    return (this.#totals[index] ?? 0) === 0 ? undefined : this.#greatest[index]
  }

  #grow(index: number): void {
    const grown = new Uint32Array(Math.max(this.#counts.length * 2, (index + 1) * BUCKETS))
    grown.set(this.#counts)
    this.#counts = grown
  }
}

/** The first bucket has what is below 1 ms, the last one what is beyond its lower end. */
function bucketOf(age: number): number {
  if (age < SMALLEST) return 0
  return Math.min(BUCKETS - 1, 1 + Math.floor(Math.log2(age / SMALLEST) * PER_DOUBLING))
}

const middleOf = (bucket: number): number =>
  bucket === 0 ? SMALLEST / 2 : SMALLEST * 2 ** ((bucket - 0.5) / PER_DOUBLING)
