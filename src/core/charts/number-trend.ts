import { type Point, PointRing } from './point-ring.js'

const SECOND = 1_000_000
const RECENT = SECOND
const HOURLY = 16 * SECOND

/** One number of a channel over time, from when it was first seen, in at most three rings of points. */
export class NumberTrend {
  count = 0
  min = Number.POSITIVE_INFINITY
  max = Number.NEGATIVE_INFINITY
  last = 0
  private lastTime = 0
  private hasFallen = false
  // All of the time, in points that become coarser. The finer rings are made when this one is about to lose what they keep: of a number
  // that has had few points, this ring is the finest.
  private whole = new PointRing(SECOND, 'double')
  private recent: PointRing | undefined
  private hourly: PointRing | undefined

  /** Takes a finite value in, at a time in microseconds since 1970-01-01 UTC. */
  add(time: number, value: number): void {
    if (this.count > 0 && value < this.last) this.hasFallen = true
    this.count++
    this.last = value
    this.lastTime = Math.max(time, this.lastTime)
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
    if (this.whole.isFull) this.keepFiner()
    this.whole.add(time, value)
    this.recent?.add(time, value)
    this.hourly?.add(time, value)
  }

  /**
   * How much the number moves: its range in relation to its size, 0 for a number that stands still, 2 at most. Numbers that have only ever
   * risen (counters, clocks) and switches (0 and 1) come far behind the others.
   */
  get movement(): number {
    if (this.count === 0 || this.min === this.max) return 0
    const size = Math.max(Math.abs(this.min), Math.abs(this.max))
    const relative = this.max / size - this.min / size
    const isSwitch = this.min === 0 && this.max === 1
    return isSwitch || !this.hasFallen ? relative / 1000 : relative
  }

  /** The latest `length` microseconds of it in the finest points that reach as far back. */
  points(length = Number.POSITIVE_INFINITY): Point[] {
    const since = this.lastTime - length
    for (const ring of [this.recent, this.hourly]) {
      if (ring && (ring.begin <= since || ring.begin <= this.whole.begin)) return ring.since(since)
    }
    return this.whole.since(since)
  }

  /** A copy that stays as it is. */
  copy(): NumberTrend {
    const trend = new NumberTrend()
    Object.assign(trend, this)
    trend.whole = this.whole.copy()
    trend.recent = this.recent?.copy()
    trend.hourly = this.hourly?.copy()
    return trend
  }

  private keepFiner(): void {
    this.recent ??= this.whole.copy(RECENT, 'forget')
    if (this.whole.stretch >= HOURLY) this.hourly ??= this.whole.copy(HOURLY, 'forget')
  }
}
