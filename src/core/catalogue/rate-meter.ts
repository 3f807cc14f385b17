import type { ByteSlab } from './byte-slab.js'

const SECONDS = 64
const MICROSECONDS = 1_000_000
const LARGEST_BYTE = 255

/** Counts events in each of the last 60 seconds. Times are microseconds. Earlier events are not counted. */
export class RateMeter {
  /** One byte for each second, until a second has more events than that. Arrays of their own would take three times as much. */
  private counts: Uint8Array | Uint32Array
  /** Where the counts begin in the array. */
  private from: number
  private latest = -1

  constructor(slab: ByteSlab) {
    const { bytes, offset } = slab.lasting(SECONDS)
    this.counts = bytes
    this.from = offset
  }

  /** A meter that stays as this one is now. */
  copy(slab: ByteSlab): RateMeter {
    const copy = new RateMeter(slab)
    copy.latest = this.latest
    if (this.counts instanceof Uint8Array)
      copy.counts.set(this.counts.subarray(this.from, this.from + SECONDS), copy.from)
    else copy.counts = this.counts.slice()
    if (copy.counts instanceof Uint32Array) copy.from = 0
    return copy
  }

  add(time: number): void {
    const second = Math.floor(time / MICROSECONDS)
    if (second > this.latest) {
      const first = Math.max(this.latest + 1, second - SECONDS + 1)
      for (let at = first; at <= second; at++) this.counts[this.from + (at % SECONDS)] = 0
      this.latest = second
    }
    if (second <= this.latest - SECONDS) return
    const count = (this.counts[this.from + (second % SECONDS)] ?? 0) + 1
    if (count > LARGEST_BYTE && this.counts instanceof Uint8Array) this.widen(this.counts)
    this.counts[this.from + (second % SECONDS)] = count
  }

  private widen(bytes: Uint8Array): void {
    this.counts = Uint32Array.from(bytes.subarray(this.from, this.from + SECONDS))
    this.from = 0
  }

  /** The events in each of the last `seconds` whole seconds (at most 60) before the second of `now`, oldest first. */
  samples(now: number, seconds: number): number[] {
    const current = Math.floor(now / MICROSECONDS)
    return Array.from({ length: Math.min(seconds, SECONDS - 4) }, (_, i) =>
      this.at(current - Math.min(seconds, SECONDS - 4) + i)
    )
  }

  /** The events in the second of `now` and in the `seconds` whole seconds before it. */
  recent(now: number, seconds: number): number {
    const current = Math.floor(now / MICROSECONDS)
    let sum = 0
    for (let second = current - seconds; second <= current; second++) sum += this.at(second)
    return sum
  }

  private at(second: number): number {
    return second < 0 || second > this.latest || second <= this.latest - SECONDS
      ? 0
      : (this.counts[this.from + (second % SECONDS)] ?? 0)
  }
}
