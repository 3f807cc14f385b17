/** Writes binary formats into one buffer that grows. */
export class ByteWriter {
  #bytes: Buffer
  /** How many bytes are written. */
  length = 0

  /** @param size bytes to begin with */
  constructor(size = 4096) {
    this.#bytes = Buffer.allocUnsafeSlow(size)
  }

  /** What is written, as a view that the next write may change. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.length)
  }

  byte(value: number): void {
    this.reserve(1)
    this.#bytes[this.length++] = value
  }

  /** Two bytes, the high one first. */
  twoBytes(value: number): void {
    this.reserve(2)
    this.#bytes[this.length++] = value >>> 8
    this.#bytes[this.length++] = value & 0xff
  }

  /** Four bytes, the high one first. */
  fourBytes(value: number): void {
    this.reserve(4)
    this.length = this.#bytes.writeUInt32BE(value >>> 0, this.length)
  }

  /** Seven bits a byte, the low ones first: also for numbers up to 2^53. */
  variableInteger(value: number): void {
    this.reserve(8)
    let left = value
    while (left > 0x7f) {
      this.#bytes[this.length++] = (left % 128) | 0x80
      left = Math.floor(left / 128)
    }
    this.#bytes[this.length++] = left
  }

  bytes(value: Uint8Array): void {
    this.reserve(value.length)
    this.#bytes.set(value, this.length)
    this.length += value.length
  }

  /** A length in two bytes, and the bytes. */
  binary(value: Uint8Array): void {
    this.twoBytes(value.length)
    this.bytes(value)
  }

  /** A length in two bytes, and the text in UTF-8: at most 65,535 bytes. */
  text(value: string): void {
    const size = Buffer.byteLength(value)
    this.twoBytes(size)
    this.reserve(size)
    this.length += this.#bytes.write(value, this.length)
  }

  /** Overwrites two bytes that were written before. */
  setTwoBytes(value: number, at: number): void {
    this.#bytes.writeUInt16BE(value, at)
  }

  /** Overwrites four bytes that were written before. */
  setFourBytes(value: number, at: number): void {
    this.#bytes.writeUInt32BE(value >>> 0, at)
  }

  /** Takes away what was written behind `length`. */
  cut(length: number): void {
    this.length = length
  }

  /** Makes room for `count` more bytes in one piece. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.length)
    this.#bytes = grown
  }
}
