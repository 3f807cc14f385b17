/** Where the fields of a record batch of version 2 begin: https://kafka.apache.org/documentation/#recordbatch */
export const FIELD = {
  baseOffset: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  count: 57
} as const

/** Bytes before the records. */
export const HEADER_SIZE = 61
/** Bytes before those that the length counts. */
export const LENGTH_END = FIELD.leaderEpoch
/** The version that is written: Kafka has it since 0.11. Records of versions 0 and 1 have it at the same place. */
export const MAGIC = 2

/** Bits of the attributes. */
export const COMPRESSION_BITS = 0b111
export const LOG_APPEND_TIME = 0b1000
export const TRANSACTIONAL = 0b1_0000
export const CONTROL = 0b10_0000

const UPPER = 0x1_0000_0000

/** A whole number up to 2^53 either way. */
export function setInt64(bytes: Buffer, value: number, at: number): void {
  bytes.writeInt32BE(Math.floor(value / UPPER), at)
  bytes.writeUInt32BE((value % UPPER) >>> 0, at + 4)
}

/** Exact up to 2^53 either way. */
export const int64At = (bytes: Buffer, at: number): number =>
  bytes.readInt32BE(at) * UPPER + bytes.readUInt32BE(at + 4)
