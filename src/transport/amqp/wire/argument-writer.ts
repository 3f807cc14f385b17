import type { TextOrBytes } from '../../../core/text-or-bytes.js'
import { ByteWriter } from '../../wire/byte-writer.js'

/** The most bytes of a short text. */
export const LONGEST_SHORT_TEXT = 255

/** Writes the arguments of methods and the properties of contents. */
export class ArgumentWriter extends ByteWriter {
  /** A number up to 2^53, in eight bytes. */
  eightBytes(value: number): void {
    this.fourBytes(Math.floor(value / 0x1_0000_0000))
    this.fourBytes(value % 0x1_0000_0000)
  }

  /** @throws RangeError for more than 255 bytes: callers check what users choose */
  shortText(value: TextOrBytes): void {
    this.shortBytes(typeof value === 'string' ? Buffer.from(value) : value)
  }

  /** @throws RangeError for more than 255 bytes */
  shortBytes(value: Uint8Array): void {
    if (value.length > LONGEST_SHORT_TEXT) throw new RangeError('a short text of more than 255 bytes')
    this.byte(value.length)
    this.bytes(value)
  }

  /** A length in four bytes, and the bytes: a long text, or the content of a table. */
  longBytes(value: Uint8Array): void {
    this.fourBytes(value.length)
    this.bytes(value)
  }
}
