const SECONDS = 64
const MICROSECONDS = 1_000_000

/** Counts events in each of the last 60 seconds. Times are microseconds. Earlier events are not counted. */
export class RateMeter {
  private readonly counts = new Uint32Array(SECONDS)
  private latest = -1

  add(time: number): void {
    const second = Math.floor(time / MICROSECONDS)
    if (second > this.latest) {
      const from = Math.max(this.latest + 1, second - SECONDS + 1)
      for (let at = from; at <= second; at++) this.counts[at % SECONDS] = 0
      this.latest = second
    }
    if (second > this.latest - SECONDS)
      this.counts[second % SECONDS] = (this.counts[second % SECONDS] ?? 0) + 1
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
      : (this.counts[second % SECONDS] ?? 0)
  }
}
