import { viewOf } from './utf8.js'

const FIRST_CAPACITY = 1024
const LARGEST_INT32 = 0x7fff_ffff
/** Up to this many bytes, a loop is faster than a call into native code with its fixed cost. */
const SHORT = 24

const NOTHING = Buffer.alloc(0)

/** Collects bytes and text (as UTF-8) in one growing buffer, so that many small pieces become one write. */
export class ByteWriter {
  #buffer: Buffer
  #length = 0
  /** What was taken last. */
  #taken: Buffer = NOTHING
  /** Bytes of the next buffer at least: as many as were needed until now. */
  #nextCapacity = 0
  readonly #referredFrom: number
  /** What is before the bytes in the buffer, in pieces. */
  #pieces: Uint8Array[] = []

  /**
   * @param capacity bytes; only a first guess
   * @param referredFrom so many bytes or more, written at once, are not copied: they must stay as they are until they are taken and used
   */
  constructor(capacity = FIRST_CAPACITY, referredFrom = Number.POSITIVE_INFINITY) {
    this.#buffer = Buffer.allocUnsafeSlow(capacity)
    this.#referredFrom = referredFrom
  }

  /** How many bytes were written since the last `take`. */
  get length(): number {
    return this.#pieces.reduce((sum, { length }) => sum + length, this.#length)
  }

  /** Appends a copy of `bytes`, or of its part from `start` to before `end`; or these bytes themselves, where they are many. */
  writeBytes(bytes: Uint8Array, start = 0, end = bytes.length): void {
    const size = end - start
    if (size >= this.#referredFrom) {
      this.#endPiece()
      this.#pieces.push(viewOf(bytes, start, end))
      return
    }
    if (this.#length + size > this.#buffer.length) this.#grow(size)
    if (size <= SHORT) {
      const buffer = this.#buffer
      let to = this.#length
      for (let from = start; from < end; from++) buffer[to++] = bytes[from] as number
    } else {
      this.#buffer.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), this.#length)
    }
    this.#length += size
  }

  /** Appends `text` as UTF-8. Half of a surrogate pair becomes U+FFFD: a caller to whom that matters checks the text first. */
  writeText(text: string): void {
    const most = text.length * 3
    if (this.#length + most > this.#buffer.length) this.#grow(most)
    this.#length += this.#buffer.write(text, this.#length)
  }

  /** Appends a short text that is ASCII throughout. For such a text, a loop is faster than `writeText`. */
  writeAscii(text: string): void {
    if (this.#length + text.length > this.#buffer.length) this.#grow(text.length)
    const buffer = this.#buffer
    let to = this.#length
    for (let at = 0; at < text.length; at++) buffer[to++] = text.charCodeAt(at)
    this.#length = to
  }

  /** Appends the decimal digits of a whole number from 0 to 2^53. */
  writeInteger(value: number): void {
    if (value > LARGEST_INT32) {
      this.writeAscii(`${value}`)
      return
    }
    let size = 1
    for (let limit = 10; size < 10 && value >= limit; limit *= 10) size++
    if (this.#length + size > this.#buffer.length) this.#grow(size)
    const buffer = this.#buffer
    // Divisions of 32 bits are several times as fast as others.
    let rest = value | 0
    for (let at = this.#length + size - 1; at >= this.#length; at--) {
      const tenth = (rest / 10) | 0
      buffer[at] = 0x30 + rest - tenth * 10
      rest = tenth
    }
    this.#length += size
  }

  /** Appends one byte, 0 to 255. */
  writeByte(byte: number): void {
    if (this.#length === this.#buffer.length) this.#grow(1)
    this.#buffer[this.#length++] = byte
  }

  /** Returns the bytes that were written since the last `take`. The caller owns them: later writes go to a new buffer. */
  take(): Uint8Array {
    return this.#pieces.length === 0 ? this.#takeBuffer() : Buffer.concat(this.takePieces())
  }

  /** The same in pieces, one at least: those that were not copied, and what was written between them. */
  takePieces(): readonly Uint8Array[] {
    if (this.#pieces.length === 0) return [this.#takeBuffer()]
    this.#endPiece()
    const taken = this.#pieces
    this.#pieces = []
    return taken
  }

  /** Nobody needs any more what was taken last: later writes may go to its place, and need no new memory. */
  reuse(): void {
    if (this.#length === 0) this.#buffer = this.#taken
  }

  #endPiece(): void {
    if (this.#length > 0) this.#pieces.push(this.#takeBuffer())
  }

  #takeBuffer(): Uint8Array {
    const taken = this.#buffer.subarray(0, this.#length)
    this.#taken = this.#buffer
    this.#buffer = NOTHING
    this.#nextCapacity = Math.max(FIRST_CAPACITY, this.#length)
    this.#length = 0
    return taken
  }

  #grow(size: number): void {
    const least = Math.max(this.#nextCapacity, this.#buffer.length * 2)
    const grown = Buffer.allocUnsafeSlow(Math.max(least, this.#length + size))
    grown.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = grown
  }
}
