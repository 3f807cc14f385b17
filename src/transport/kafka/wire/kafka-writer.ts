import { ByteWriter } from '../../wire/byte-writer.js'

const UPPER = 0x1_0000_0000

/** Writes the types of Kafka's protocol, in their older form, without tagged fields: https://kafka.apache.org/protocol#protocol_types */
export class KafkaWriter extends ByteWriter {
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
    if (value !== null) this.bytes(value)
  }

  /** ARRAY; null is not the empty one. */
  array<Item>(items: readonly Item[] | null, write: (item: Item) => void): void {
    this.fourBytes(items === null ? -1 : items.length)
    if (items !== null) for (const item of items) write(item)
  }
}
