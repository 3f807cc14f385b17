/** A window is divided into so many buckets. */
const BUCKETS = 10

/** Messages per window. */
export interface Rate {
  readonly count: number
  /** Microseconds. */
  readonly window: number
}

/** Called when a window of ten whole buckets has ended, for each channel whose first message came before it. */
export type OnWindow = (index: number, count: number, end: number) => void

/**
 * Counts the messages of channels, which have an index each, in a window that moves by a tenth of its length. The buckets begin at whole
 * multiples of that tenth since 1970, for all channels together, so that moving on is one pass over an array.
 */
export class RateWindows {
  readonly #bucket: number
  #counts = new Uint32Array(64 * BUCKETS)
  #sums = new Uint32Array(64)
  /** The bucket of the first message, for each channel; infinite where none has come. */
  #since = new Float64Array(64)
  #channels = 0
  #current: number
  /** No window that began before this bucket counts. */
  #floor = Number.NEGATIVE_INFINITY

  /** @param window microseconds */
  constructor(
    window: number,
    begin: number,
    private readonly onWindow: OnWindow
  ) {
    this.#bucket = window / BUCKETS
    this.#current = Math.floor(begin / this.#bucket)
  }

  /** When the current bucket ends; undefined while there is no channel. */
  get deadline(): number | undefined {
    return this.#channels === 0 ? undefined : (this.#current + 1) * this.#bucket
  }

  /** Adds the next channel; its index is the number of channels before it. */
  addChannel(): void {
    if (this.#channels === this.#sums.length) this.#grow()
    this.#since[this.#channels++] = Number.POSITIVE_INFINITY
  }

  /** Counts a message, and returns how many there were in the current bucket and the nine before it. */
  count(index: number): number {
    const at = index * BUCKETS + (this.#current % BUCKETS)
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    const sum = (this.#sums[index] ?? 0) + 1
    if (this.#since[index] === Number.POSITIVE_INFINITY) this.#since[index] = this.#current
    this.#sums[index] = sum
    return sum
  }

  /** Moves on to the bucket of this time. */
  advance(now: number): void {
    const target = Math.floor(now / this.#bucket)
    // After a window without a message nothing changes any more.
    for (let step = 0; this.#current < target && step <= BUCKETS + 1; step++) this.#step()
    this.#current = Math.max(this.#current, target)
  }

  /** Windows count anew from here: for a time, messages could not come. */
  restart(now: number): void {
    this.#floor = Math.floor(now / this.#bucket)
  }

  #step(): void {
    const next = this.#current + 1
    const oldest = next % BUCKETS
    const end = next * this.#bucket
    for (let index = 0; index < this.#channels; index++) {
      const sum = this.#sums[index] ?? 0
      const since = Math.max(this.#since[index] ?? 0, this.#floor)
      if (this.#current - since >= BUCKETS) this.onWindow(index, sum, end)
      const at = index * BUCKETS + oldest
      const gone = this.#counts[at] ?? 0
      if (gone === 0) continue
      this.#sums[index] = sum - gone
      this.#counts[at] = 0
    }
    this.#current = next
  }

  #grow(): void {
    const size = this.#sums.length * 2
    const grown = <Numbers extends Uint32Array | Float64Array>(into: Numbers, from: Numbers): Numbers => {
      into.set(from)
      return into
    }
    this.#counts = grown(new Uint32Array(size * BUCKETS), this.#counts)
    this.#sums = grown(new Uint32Array(size), this.#sums)
    this.#since = grown(new Float64Array(size), this.#since)
  }
}
