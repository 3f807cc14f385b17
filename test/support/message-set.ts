import { crc32, gzipSync } from 'node:zlib'
import { compress as compressSnappy } from 'snappyjs'

/** A message as Kafka stored it before 0.11, in its version 0 or 1. */
export interface OldMessage {
  readonly magic: 0 | 1
  readonly offset: number
  readonly key?: Buffer | null
  readonly value: Buffer | null
  /** Milliseconds since 1970; only version 1 has it. */
  readonly timestamp?: number
  readonly attributes?: number
}

const sized = (bytes: Buffer | null | undefined): Buffer => {
  const size = Buffer.alloc(4)
  size.writeInt32BE(bytes?.length ?? -1)
  return Buffer.concat([size, bytes ?? Buffer.alloc(0)])
}

/** The bytes of some messages behind each other: https://kafka.apache.org/documentation/#messageset */
export function encodeMessageSet(messages: readonly OldMessage[]): Buffer {
  return Buffer.concat(
    messages.map(({ magic, offset, key, value, timestamp = -1, attributes = 0 }) => {
      const time = Buffer.alloc(magic === 0 ? 0 : 8)
      if (magic === 1) time.writeBigInt64BE(BigInt(timestamp))
      const checked = Buffer.concat([Buffer.from([magic, attributes]), time, sized(key), sized(value)])
      const head = Buffer.alloc(16)
      head.writeBigInt64BE(BigInt(offset))
      head.writeInt32BE(4 + checked.length, 8)
      head.writeUInt32BE(crc32(checked), 12)
      return Buffer.concat([head, checked])
    })
  )
}

/** How messages are compressed, by the number in the attributes. */
export const OLD_COMPRESSION: Readonly<Record<number, (messages: Buffer) => Buffer>> = {
  1: (messages) => gzipSync(messages),
  2: (messages) => compressSnappy(messages),
  3: (messages) => lz4Frame(messages, 0x82)
}

/** An LZ4 frame whose one block is stored as it is. `check` is the checksum of its head, of which Kafka had a wrong one with version 0. */
export function lz4Frame(bytes: Buffer, check: number): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(0x8000_0000 + bytes.length)
  return Buffer.concat([
    Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, check]),
    size,
    bytes,
    Buffer.alloc(4)
  ])
}

/**
 * One message that holds others, as a broker stores it.
 * @param messages with the offsets that they are to have in the end
 */
export function compressMessages(
  messages: readonly OldMessage[],
  code: number,
  more: Partial<OldMessage> = {}
): OldMessage {
  const [first] = messages
  const last = messages.at(-1)
  const compress = OLD_COMPRESSION[code]
  if (first === undefined || last === undefined || compress === undefined)
    throw new Error('nothing to compress')
  // Version 1 counts from 0, and the whole has the offset of the last one.
  const inner = messages.map((each) => ({
    ...each,
    offset: each.offset - (each.magic === 0 ? 0 : first.offset)
  }))
  return {
    magic: first.magic,
    offset: last.offset,
    value: compress(encodeMessageSet(inner)),
    attributes: code,
    ...(last.timestamp !== undefined && { timestamp: last.timestamp }),
    ...more
  }
}
