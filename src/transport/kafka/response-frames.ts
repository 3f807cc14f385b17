/** The largest answer that is taken. A broker sends less than was asked for, or one batch that is larger. */
const LARGEST = 512 * 1024 * 1024
/** The number of the request that is answered. */
const LEAST = 4

/** Cuts the bytes of a network connection into answers, each with its size before it. */
export class ResponseFrames {
  readonly #take: (answer: Buffer) => void
  readonly #size = Buffer.alloc(4)
  #sizeBytes = 0
  #answer: Buffer | undefined
  #filled = 0

  /** @param take gets each answer, without its size; a view that nobody else writes to */
  constructor(take: (answer: Buffer) => void) {
    this.#take = take
  }

  /** Throws a RangeError for a size that no answer has. */
  feed(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#answer === undefined) at = this.#begin(chunk, at)
      else {
        const count = Math.min(chunk.length - at, this.#answer.length - this.#filled)
        chunk.copy(this.#answer, this.#filled, at, at + count)
        this.#filled += count
        at += count
        this.#finish()
      }
    }
  }

  #begin(chunk: Buffer, from: number): number {
    let at = from
    while (this.#sizeBytes < 4 && at < chunk.length) this.#size[this.#sizeBytes++] = chunk[at++] as number
    if (this.#sizeBytes < 4) return at
    this.#sizeBytes = 0
    const size = this.#size.readUInt32BE()
    if (size < LEAST || size > LARGEST) throw new RangeError(`an answer of ${size} bytes`)
    if (at + size <= chunk.length) {
      this.#take(chunk.subarray(at, at + size))
      return at + size
    }
    // Allocated once and filled: joining a growing answer would copy it again and again.
    this.#answer = Buffer.allocUnsafeSlow(size)
    this.#filled = 0
    return at
  }

  #finish(): void {
    const answer = this.#answer
    if (answer === undefined || this.#filled < answer.length) return
    this.#answer = undefined
    this.#take(answer)
  }
}
