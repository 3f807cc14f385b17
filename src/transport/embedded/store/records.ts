import { ByteWriter } from '../../wire/byte-writer.js'
import { crc32c } from '../../wire/crc-32c.js'
import { encodeFact } from './fact-codec.js'
import type { Fact } from './facts.js'

/** A segment begins with these bytes and four random ones, its mark. */
const FORMAT = Buffer.from('tidings store 2\n')
export const SEGMENT_HEADER = FORMAT.length + 4
/** The segment's mark, the length of the body and its CRC-32C, four bytes each. */
export const RECORD_HEADER = 12

/** The first bytes of a segment. */
export function segmentHeader(mark: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER)
  FORMAT.copy(header)
  header.writeUInt32BE(mark, FORMAT.length)
  return header
}

/** The mark of the segment that these bytes begin; `undefined` if they begin none. */
export function markOf(bytes: Buffer): number | undefined {
  if (bytes.length < SEGMENT_HEADER || !bytes.subarray(0, FORMAT.length).equals(FORMAT)) return undefined
  return bytes.readUInt32BE(FORMAT.length)
}

/** Writes a fact as a record and returns its length in bytes. */
export function writeRecord(fact: Fact, inCheckpoint: boolean, mark: number, to: ByteWriter): number {
  const start = to.length
  to.fourBytes(mark)
  to.fourBytes(0)
  to.fourBytes(0)
  encodeFact(fact, inCheckpoint, to)
  const length = to.length - start
  to.setFourBytes(length - RECORD_HEADER, start + 4)
  to.setFourBytes(crc32c(to.written, start + RECORD_HEADER, to.length), start + 8)
  return length
}

/** The length of the record that begins at `at`; 0 if no whole and undamaged one does. */
export function recordLength(bytes: Buffer, at: number, mark: number): number {
  if (at + RECORD_HEADER > bytes.length || bytes.readUInt32BE(at) !== mark) return 0
  const body = at + RECORD_HEADER
  const end = body + bytes.readUInt32BE(at + 4)
  if (end > bytes.length || crc32c(bytes, body, end) !== bytes.readUInt32BE(at + 8)) return 0
  return end - at
}

/**
 * Where the next whole record begins, at `from` or behind it; the end if there is none. Clients do not know the mark, so what they
 * publish is never taken for a record.
 */
export function nextRecord(bytes: Buffer, from: number, mark: number): number {
  const wanted = new ByteWriter(4)
  wanted.fourBytes(mark)
  for (let at = bytes.indexOf(wanted.written, from); at >= 0; at = bytes.indexOf(wanted.written, at + 1)) {
    if (recordLength(bytes, at, mark) > 0) return at
  }
  return bytes.length
}
