/** Microseconds: 30 years. Times before that are no times of publication, and a recording cannot span much more. */
const LONGEST_AGO = 30 * 365 * 24 * 3600 * 1_000_000

/**
 * Gives messages of a broker's history their places in a recording: their source times, so that a replay keeps the pauses that were between
 * them. Places never decrease. A message without a time, or with one that cannot be, comes at once after the one before it; where none has
 * had a time, messages are placed as they arrive.
 */
export class HistoryPlaces {
  #last: number | undefined
  #hasTimes = false
  #shift = 0
  readonly #first: number | undefined

  /** @param first the earliest place, where a recording is continued: older messages move there together */
  constructor(first?: number) {
    this.#first = first
  }

  /**
   * Returns the place of the next message, in microseconds since 1970-01-01 UTC, as `now` is.
   * @param sourceTime when it was published, as far as somebody has said it
   */
  place(sourceTime: number | undefined, now: number): number {
    const time = isPossible(sourceTime, now) ? sourceTime : undefined
    if (time !== undefined && !this.#hasTimes) {
      this.#hasTimes = true
      this.#shift = Math.max(0, (this.#last ?? this.#first ?? time) - time)
    }
    const wanted = time === undefined ? (this.#hasTimes ? undefined : now) : time + this.#shift
    this.#last = Math.max(wanted ?? 0, this.#last ?? this.#first ?? 0)
    return this.#last
  }
}

const isPossible = (time: number | undefined, now: number): time is number =>
  time !== undefined && time <= now && time > now - LONGEST_AGO
