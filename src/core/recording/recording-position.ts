/**
 * Microseconds. If receive times go back by less, two receivers were not exactly in step; if by more, a clock was set, or files were
 * joined.
 */
const JITTER = 1_000_000

/**
 * Gives each entry of a recording a position in time: microseconds since 1970-01-01 UTC, which never decrease, so that several files
 * can be merged. An entry's offset comes from a clock that never jumps, so it counts before the receive time. An entry with neither
 * gets the position of the entry before it. If times go back, the rest of the file is moved forward, and its distances are kept.
 */
export class RecordingPosition {
  #base: number | undefined
  #lastOffset = 0
  #shift = 0
  #last: number | undefined

  /** To be called for each header: from now on, offsets count from `started`. */
  startAt(started: number): void {
    this.#base = started
    this.#lastOffset = 0
  }

  /** The position of the last entry; 0 before the first entry. */
  get last(): number {
    return this.#last ?? 0
  }

  /**
   * Returns the position of the next entry.
   * @param offset microseconds since the recording's start
   * @param time when the message was received: microseconds since 1970-01-01 UTC
   */
  place(offset: number | undefined, time: number | undefined): number {
    const recorded = offset === undefined ? time : this.#fromOffset(offset, time)
    let position = recorded === undefined ? this.last : recorded + this.#shift
    if (this.#last !== undefined && position < this.#last) {
      if (this.#last - position >= JITTER) this.#shift += this.#last - position
      position = this.#last
    }
    this.#last = position
    return position
  }

  /** Without a header (`grep` removes it), or if offsets start again, the receive time decides from when offsets count. */
  #fromOffset(offset: number, time: number | undefined): number {
    if (this.#base === undefined || offset < this.#lastOffset) this.#base = (time ?? this.last) - offset
    this.#lastOffset = offset
    return this.#base + offset
  }
}
