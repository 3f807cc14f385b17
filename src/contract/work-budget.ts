/** Is thrown where a message asks for more work than is spent on one message. */
export const TOO_MUCH_WORK = new Error('checking the message takes too long')

/** A unit is at most some 0.3 µs, so that one message takes at most about a second. */
const MOST_UNITS = 3_000_000
/** Characters of the path to a value for one unit. */
const DEPTH_PER_UNIT = 4
/** Characters that are compared or sorted for one unit. */
const CHARACTERS_PER_UNIT = 16
/** Characters times instructions of a regular expression for one unit: each takes at most 24 ns. */
const MATCHED_PER_UNIT = 12

/** Bounds the work for one message: schemas may refer to themselves, and the work may grow with the square of a payload, or faster. */
export class WorkBudget {
  #left = MOST_UNITS

  /** Begins with the next message. */
  renew(): void {
    this.#left = MOST_UNITS
  }

  /**
   * A schema is entered through a reference. `depth` is the length of the path to the value: what is wrong deep in a value is copied on
   * each level above.
   */
  step(depth = 0): void {
    this.#left -= 1 + depth / DEPTH_PER_UNIT
    if (this.#left < 0) throw TOO_MUCH_WORK
  }

  /** Characters are compared. */
  compare(characters: number): void {
    this.#left -= characters / CHARACTERS_PER_UNIT
    if (this.#left < 0) throw TOO_MUCH_WORK
  }

  /** A text is matched with a regular expression of `size` instructions. */
  match(characters: number, size: number): void {
    this.#left -= (characters * size) / MATCHED_PER_UNIT
    if (this.#left < 0) throw TOO_MUCH_WORK
  }
}
