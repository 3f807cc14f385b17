import { ByteReader } from '../../wire/byte-reader.js'

const UPPER = 0x1_0000_0000

/**
 * Reads the types of Kafka's protocol, in their older form, without tagged fields. Every read throws a `RangeError` where the bytes
 * cannot be what they are said to be.
 */
export class KafkaReader extends ByteReader {
  int8(): number {
    return (this.byte() << 24) >> 24
  }

  int16(): number {
    return (this.twoBytes() << 16) >> 16
  }

  int32(): number {
    return this.fourBytes() | 0
  }

  /** Exact up to 2^53 either way: offsets and times stay below that. */
  int64(): number {
    return this.int32() * UPPER + this.fourBytes()
  }

  boolean(): boolean {
    return this.byte() !== 0
  }

  string(): string {
    const text = this.nullableString()
    if (text === null) throw new RangeError('a string that is null')
    return text
  }

  nullableString(): string | null {
    const size = this.int16()
    return size < 0 ? null : this.bytes(size).toString()
  }

  /** A view; no bytes where they are null. */
  sizedBytes(): Buffer {
    const size = this.int32()
    return this.bytes(Math.max(0, size))
  }

  /** The items of an array; of a null one, none. Each item takes one byte at least, so that a forged count cannot take memory. */
  array<Item>(read: () => Item): Item[] {
    const count = this.int32()
    if (count > this.left) throw new RangeError('an array that runs beyond its end')
    const items: Item[] = []
    for (let index = 0; index < count; index++) items.push(read())
    return items
  }
}
