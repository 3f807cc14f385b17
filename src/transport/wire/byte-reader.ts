/** Reads binary formats; every read stays within its bounds and throws a `RangeError` otherwise. */
export class ByteReader {
  readonly #bytes: Buffer
  readonly #end: number
  #at: number

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
  }

  /** How many bytes are unread. */
  get left(): number {
    return this.#end - this.#at
  }

  byte(): number {
    return this.#bytes[this.#skip(1)] as number
  }

  twoBytes(): number {
    const at = this.#skip(2)
    return ((this.#bytes[at] as number) << 8) | (this.#bytes[at + 1] as number)
  }

  fourBytes(): number {
    return this.#bytes.readUInt32BE(this.#skip(4))
  }

  /** Up to 2^53, as `ByteWriter` writes it. */
  variableInteger(): number {
    let value = 0
    for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
    throw new RangeError('a number of more than eight bytes')
  }

  /** A view. */
  bytes(count: number): Buffer {
    const start = this.#skip(count)
    return this.#bytes.subarray(start, start + count)
  }

  text(): string {
    const size = this.twoBytes()
    const start = this.#skip(size)
    return this.#bytes.toString('utf8', start, start + size)
  }

  /** Passes `count` bytes and returns where they start. */
  #skip(count: number): number {
    const start = this.#at
    if (count < 0 || start + count > this.#end) throw new RangeError('a value that runs beyond its end')
    this.#at = start + count
    return start
  }
}
