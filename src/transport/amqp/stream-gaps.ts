import { counted } from '../../core/counted.js'

/**
 * Stream clients may store their positions in the stream itself, and each of them takes an offset that is no message. So a gap of up to so
 * many offsets is no sign of a loss; what a limit removes is a whole segment.
 */
const POSITIONS = 10

/** Offsets that a stream has left out, of which the user is told: its limit may have removed messages before they were read. */
export class StreamGaps {
  readonly #what: string
  readonly #warn: (text: string) => void
  #missing = 0
  #told = 0

  /** @param what the stream, in words */
  constructor(what: string, warn: (text: string) => void) {
    this.#what = what
    this.#warn = warn
  }

  /** The offsets from `first` to before `next` did not come. Told again only when twice as many are missing in all. */
  readonly note = (first: number, next: number): void => {
    if (next - first <= POSITIONS) return
    this.#missing += next - first
    if (this.#missing < 2 * this.#told) return
    const before = this.#told === 0 ? '' : `; ${counted(this.#missing, 'offset')} in all`
    this.#told = this.#missing
    this.#warn(
      `${this.#what} did not give ${counted(next - first, 'offset')}, ${first} to ${next - 1}${before}: a stream removes its oldest messages when it reaches its limit`
    )
  }
}
