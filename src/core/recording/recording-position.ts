/** Receive times that go back by less are two receivers' jitter; by more, a clock that was set or files put together. */
const JITTER = 1_000_000

/**
 * Says where each entry of a recording stands in time: microseconds since 1970-01-01 UTC that never go back, so that several
 * files can be merged. The offset, from a clock that never jumps, counts before the receive time; an entry with neither follows
 * at once. Where times do go back, the rest of the file moves along, its distances kept. A recording whose first entry has no date
 * begins at 0, and stays without dates: an entry with the first date follows at once, too.
 */
export class RecordingPosition {
  /** What offsets count from, and whether that is a date. */
  #base: number | undefined
  #baseIsDate = false
  #lastOffset = 0
  #shift = 0
  #last: number | undefined
  #isDated = false
  #isJoined = false
  #timesBack = 0
  #movedBy = 0

  /** A header was read: offsets count from `started`. */
  startAt(started: number): void {
    this.#base = started
    this.#baseIsDate = true
    this.#lastOffset = 0
  }

  /** Where the last entry stands; the beginning of time before the first one. */
  get last(): number {
    return this.#last ?? 0
  }

  /** Whether positions are dates: without, only their distances say something. */
  get isDated(): boolean {
    return this.#isDated
  }

  /** How often times went back, and by how many microseconds in all: positions behind that are so much later than the times say. */
  get wentBack(): { readonly times: number; readonly by: number } {
    return { times: this.#timesBack, by: this.#movedBy }
  }

  /**
   * Where the next entry stands.
   * @param offset microseconds since the recording's start
   * @param time when the message was received: microseconds since 1970-01-01 UTC
   */
  place(offset: number | undefined, time: number | undefined): number {
    const recorded = offset === undefined ? time : this.#fromOffset(offset, time)
    const isDate = offset === undefined ? time !== undefined : this.#baseIsDate
    if (this.#last === undefined) this.#isDated = isDate
    else if (isDate && recorded !== undefined && !this.#isDated && !this.#isJoined) this.#join(recorded)
    let position = recorded === undefined ? this.last : recorded + this.#shift
    if (this.#last !== undefined && position < this.#last) {
      if (this.#last - position >= JITTER) this.#goBack(this.#last - position)
      position = this.#last
    }
    this.#last = position
    return position
  }

  /** Without a header (`grep` took it away), or where offsets start again, the receive time says where they count from. */
  #fromOffset(offset: number, time: number | undefined): number {
    if (this.#base === undefined || offset < this.#lastOffset) {
      this.#base = (time ?? this.last - this.#shift) - offset
      this.#baseIsDate = time !== undefined
    }
    this.#lastOffset = offset
    return this.#base + offset
  }

  /** The first date of a recording that began without one: it says nothing of the silence before it. */
  #join(recorded: number): void {
    const shift = this.last - recorded
    if (this.#base !== undefined && !this.#baseIsDate) this.#base += this.#shift - shift
    this.#shift = shift
    this.#isJoined = true
  }

  #goBack(by: number): void {
    this.#shift += by
    this.#timesBack++
    this.#movedBy += by
  }
}
