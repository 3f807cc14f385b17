import { ByteWriter } from '../../wire/byte-writer.js'

const UPPER = 0x1_0000_0000

/** Bytes that are sent from where they are; fewer are copied. */
const LARGE = 4096

/** Writes the types of Kafka's protocol, in their older form, without tagged fields: https://kafka.apache.org/protocol#protocol_types */
export class KafkaWriter extends ByteWriter {
  /** Large values, which are not copied, and where they belong. */
  readonly #large: { readonly at: number; readonly bytes: Uint8Array }[] = []

  /** Bytes in all, with the large values. */
  get size(): number {
    return this.#large.reduce((sum, { bytes }) => sum + bytes.length, this.length)
  }

  /** What is written, in order. The large values are those that were handed in. */
  get parts(): readonly Uint8Array[] {
    const { written } = this
    let from = 0
    const parts: Uint8Array[] = []
    for (const { at, bytes } of this.#large) {
      parts.push(written.subarray(from, at), bytes)
      from = at
    }
    return [...parts, written.subarray(from)]
  }

  /** INT64, for whole numbers up to 2^53 either way. */
  int64(value: number): void {
    this.fourBytes(Math.floor(value / UPPER))
    this.fourBytes(value % UPPER)
  }

  boolean(value: boolean): void {
    this.byte(value ? 1 : 0)
  }

  /** STRING, or NULLABLE_STRING: at most 32,767 bytes. */
  string(value: string | null): void {
    if (value === null) this.twoBytes(-1)
    else this.text(value)
  }

  /** BYTES, or NULLABLE_BYTES. */
  sizedBytes(value: Uint8Array | null): void {
    this.fourBytes(value === null ? -1 : value.length)
    if (value === null) return
    if (value.length < LARGE) this.bytes(value)
    else this.#large.push({ at: this.length, bytes: value })
  }

  /** ARRAY; null is not the empty one. */
  array<Item>(items: readonly Item[] | null, write: (item: Item) => void): void {
    this.fourBytes(items === null ? -1 : items.length)
    if (items !== null) for (const item of items) write(item)
  }
}
