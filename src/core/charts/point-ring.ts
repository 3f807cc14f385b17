/** The values of a stretch of time, taken together. */
export interface Point {
  /** When the last of them was received: microseconds since 1970-01-01 UTC. */
  readonly time: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly count: number
}

/** No ring has more points. No screen has room for many more. */
export const MOST_POINTS = 240

// A point is five numbers in a row: time, min, max, mean, count.
const STRIDE = 5
const FEWEST = 8

/**
 * Values over time in at most `MOST_POINTS` points, the oldest first. Values of one stretch of time share a point; a stretch without
 * values has none, so that a slow channel reaches far back. A full ring either forgets its oldest point or doubles the stretch.
 */
export class PointRing {
  #numbers = new Float64Array(FEWEST * STRIDE)
  #length = 0

  /** @param width the stretch of time that shares a point, in microseconds */
  constructor(
    private width: number,
    private readonly whenFull: 'forget' | 'double'
  ) {}

  get length(): number {
    return this.#length
  }

  get isFull(): boolean {
    return this.#length === MOST_POINTS
  }

  /** The stretch of time that shares a point, in microseconds. */
  get stretch(): number {
    return this.width
  }

  /** The time of the oldest point; infinite if there is none. */
  get begin(): number {
    return this.#length === 0 ? Number.POSITIVE_INFINITY : this.#at(0)
  }

  /** Takes a finite value in. A time before that of the value before (a clock was set back) counts as that time. */
  add(time: number, value: number): void {
    const last = (this.#length - 1) * STRIDE
    const when = last < 0 ? time : Math.max(time, this.#at(last))
    if (last < 0 || !this.#isTogether(this.#at(last), when)) this.#push(when, value)
    else this.#merge(last, when, value, value, value, 1)
  }

  /** The points since a time. */
  since(time: number): Point[] {
    const points: Point[] = []
    for (let at = 0; at < this.#length * STRIDE; at += STRIDE) {
      if (this.#at(at) >= time) points.push(this.#point(at))
    }
    return points
  }

  /** A ring of its own with the same points. It goes on with the given stretch, and forgets or doubles as it is told. */
  copy(width = this.width, whenFull = this.whenFull): PointRing {
    const ring = new PointRing(width, whenFull)
    ring.#numbers = this.#numbers.slice()
    ring.#length = this.#length
    return ring
  }

  #point(at: number): Point {
    return {
      time: this.#at(at),
      min: this.#at(at + 1),
      max: this.#at(at + 2),
      mean: this.#at(at + 3),
      count: this.#at(at + 4)
    }
  }

  #push(time: number, value: number): void {
    if (this.isFull && this.whenFull === 'forget') {
      this.#numbers.copyWithin(0, STRIDE)
      this.#length--
    }
    while (this.isFull) this.#double()
    if (this.#length * STRIDE === this.#numbers.length) {
      const larger = new Float64Array(Math.min(MOST_POINTS, 2 * this.#length) * STRIDE)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers.set([time, value, value, value, 1], this.#length * STRIDE)
    this.#length++
  }

  #double(): void {
    this.width *= 2
    let to = 0
    for (let from = STRIDE; from < this.#length * STRIDE; from += STRIDE) {
      const { time, min, max, mean, count } = this.#point(from)
      if (this.#isTogether(this.#at(to), time)) this.#merge(to, time, min, max, mean, count)
      else {
        to += STRIDE
        this.#numbers.set([time, min, max, mean, count], to)
      }
    }
    this.#length = to / STRIDE + 1
  }

  #isTogether(time: number, other: number): boolean {
    return Math.floor(time / this.width) === Math.floor(other / this.width)
  }

  #merge(at: number, time: number, min: number, max: number, mean: number, count: number): void {
    const before = this.#at(at + 4)
    const all = before + count
    this.#numbers[at] = time
    this.#numbers[at + 1] = Math.min(this.#at(at + 1), min)
    this.#numbers[at + 2] = Math.max(this.#at(at + 2), max)
    // A sum of large values would overflow, and so would the difference of two.
    this.#numbers[at + 3] = this.#at(at + 3) * (before / all) + mean * (count / all)
    this.#numbers[at + 4] = all
  }

  #at(index: number): number {
    return this.#numbers[index] ?? 0
  }
}
