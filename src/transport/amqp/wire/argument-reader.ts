import { type TextOrBytes, textOrBytes } from '../../../core/text-or-bytes.js'
import { ProtocolError } from './protocol-error.js'

/** Reads the arguments of one method, in order. Bits are read as the byte that holds them. */
export class ArgumentReader {
  readonly #bytes: Buffer
  readonly #end: number
  #at: number

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
  }

  byte(): number {
    return this.#bytes[this.#skip(1)] as number
  }

  twoBytes(): number {
    return this.#bytes.readUInt16BE(this.#skip(2))
  }

  fourBytes(): number {
    return this.#bytes.readUInt32BE(this.#skip(4))
  }

  /** Exact up to 2^53, which no broker counts to; a timestamp may be anything. */
  eightBytes(): number {
    const at = this.#skip(8)
    return this.#bytes.readUInt32BE(at) * 0x1_0000_0000 + this.#bytes.readUInt32BE(at + 4)
  }

  /** A text of at most 255 bytes. What is not UTF-8 becomes U+FFFD, as other publishers may send anything. */
  shortText(): string {
    return this.#text(this.byte())
  }

  /** A text whose length takes four bytes. */
  longText(): string {
    return this.#text(this.fourBytes())
  }

  /** The content of a table, as a view. */
  table(): Buffer {
    const size = this.fourBytes()
    const start = this.#skip(size)
    return this.#bytes.subarray(start, start + size)
  }

  /** A text of at most 255 bytes; or the bytes, as a view, if they are not UTF-8. */
  shortTextOrBytes(): TextOrBytes {
    const size = this.byte()
    const start = this.#skip(size)
    return textOrBytes(this.#bytes, start, start + size)
  }

  /** At most 255 bytes, as a view. */
  shortBytes(): Buffer {
    const size = this.byte()
    const start = this.#skip(size)
    return this.#bytes.subarray(start, start + size)
  }

  #text(size: number): string {
    const start = this.#skip(size)
    return this.#bytes.toString('utf8', start, start + size)
  }

  /** Passes `count` bytes and returns where they start. */
  #skip(count: number): number {
    const start = this.#at
    if (start + count > this.#end) throw new ProtocolError('a method that ends too early')
    this.#at = start + count
    return start
  }
}
