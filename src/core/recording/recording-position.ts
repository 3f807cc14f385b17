/**
 * Microseconds. If receive times go back by less, two receivers were not exactly in step; if by more, a clock was set, or files were
 * joined.
 */
const JITTER = 1_000_000

/**
 * Gives each entry of a recording a position in time: microseconds since 1970-01-01 UTC, which never decrease, so that several files
 * can be merged. An entry's offset comes from a clock that never jumps, so it counts before the receive time. An entry with neither
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

  /** To be called for each header: from now on, offsets count from `started`. */
  startAt(started: number): void {
    this.#base = started
    this.#baseIsDate = true
    this.#lastOffset = 0
  }

  /** The position of the last entry; 0 before the first entry. */
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
   * Returns the position of the next entry.
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

  /** Without a header (`grep` removes it), or if offsets start again, the receive time decides from when offsets count. */
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
