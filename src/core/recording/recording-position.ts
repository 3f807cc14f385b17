/** Receive times that go back by less are two receivers' jitter; by more, a clock that was set or files put together. */
const JITTER = 1_000_000

/**
 * Says where each entry of a recording stands in time: microseconds since 1970-01-01 UTC that never go back, so that several
 * files can be merged. The offset, from a clock that never jumps, counts before the receive time; an entry with neither follows
 * at once. Where times do go back, the rest of the file moves along, its distances kept.
 */
export class RecordingPosition {
  #base: number | undefined
  #lastOffset = 0
  #shift = 0
  #last: number | undefined

  /** A header was read: offsets count from `started`. */
  startAt(started: number): void {
    this.#base = started
    this.#lastOffset = 0
  }

  /** Where the last entry stands; the beginning of time before the first one. */
  get last(): number {
    return this.#last ?? 0
  }

  /**
   * Where the next entry stands.
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

  /** Without a header (`grep` took it away), or where offsets start again, the receive time says where they count from. */
  #fromOffset(offset: number, time: number | undefined): number {
    if (this.#base === undefined || offset < this.#lastOffset) this.#base = (time ?? this.last) - offset
    this.#lastOffset = offset
    return this.#base + offset
  }
}
