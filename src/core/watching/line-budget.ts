import type { IncidentEvent, IncidentKind } from './incident.js'

/** Microseconds: a second in which lines are counted. */
const SPAN = 1_000_000

/** How many events of each kind were left out: of beginnings (and moments), and of ends. */
export type LeftOut = ReadonlyMap<IncidentKind, { began: number; ended: number }>

/**
 * Bounds how many lines are shown within a second of what happens: when 100,000 channels fall silent at once, nobody reads 100,000 lines. The
 * others are counted by kind, and told when the second is over.
 */
export class LineBudget {
  #until = Number.NEGATIVE_INFINITY
  #left = 0
  #leftOut: Map<IncidentKind, { began: number; ended: number }> | undefined

  /** @param perSecond the lines of a second; any number if infinite */
  constructor(private readonly perSecond: number) {}

  /** When the events that were left out are to be told; undefined if there are none. Microseconds, as of the calls. */
  get deadline(): number | undefined {
    return this.#leftOut === undefined ? undefined : this.#until
  }

  /** Whether the event has a line. Otherwise it is counted. */
  takes({ incident, phase }: IncidentEvent, now: number): boolean {
    if (now >= this.#until && this.#leftOut === undefined) {
      this.#until = now + SPAN
      this.#left = this.perSecond
    }
    if (this.#left > 0) {
      this.#left--
      return true
    }
    this.#leftOut ??= new Map()
    const { kind } = incident.facts
    const counts = this.#leftOut.get(kind) ?? { began: 0, ended: 0 }
    this.#leftOut.set(kind, counts)
    if (phase === 'ended') counts.ended++
    else counts.began++
    return false
  }

  /** What was left out, once its second is over, or at the end whatever the time. The next event begins a new second. */
  takeLeftOut(now: number): LeftOut | undefined {
    if (this.#leftOut === undefined || now < this.#until) return undefined
    const leftOut = this.#leftOut
    this.#leftOut = undefined
    return leftOut
  }
}
