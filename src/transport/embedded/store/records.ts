import { ByteWriter } from '../../wire/byte-writer.js'
import { crc32c } from '../../wire/crc-32c.js'
import { encodeFact } from './fact-codec.js'
import type { Fact } from './facts.js'

/** A segment begins with these bytes and four random ones, its mark. */
const FORMAT = Buffer.from('tidings store 2\n')
export const SEGMENT_HEADER = FORMAT.length + 4
/** The segment's mark, the length of the body, and the sum of both: four bytes each. */
export const RECORD_HEADER = 12

/** The first bytes of a segment. */
export function segmentHeader(mark: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER)
  FORMAT.copy(header)
  header.writeUInt32BE(mark, FORMAT.length)
  return header
}

/**
 * The mark of the segment that these bytes begin. It also begins the first record, so that damage of either can be told from a file
 * that is no segment: `undefined`.
 */
export function markOf(bytes: Buffer): { readonly mark: number; readonly isDamaged: boolean } | undefined {
  if (bytes.length < SEGMENT_HEADER) return undefined
  const mark = bytes.readUInt32BE(FORMAT.length)
  const isFormat = bytes.subarray(0, FORMAT.length).equals(FORMAT)
  if (bytes.length < SEGMENT_HEADER + RECORD_HEADER) return isFormat ? { mark, isDamaged: false } : undefined
  const first = bytes.readUInt32BE(SEGMENT_HEADER)
  if (isFormat && first === mark) return { mark, isDamaged: false }
  if (recordLength(bytes, SEGMENT_HEADER, first) > 0) return { mark: first, isDamaged: true }
  return isFormat ? { mark, isDamaged: true } : undefined
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
  to.setFourBytes(sumOf(to.written, start + RECORD_HEADER, to.length, mark), start + 8)
  return length
}

/** The length of the record that begins at `at`; 0 if no whole and undamaged one does. */
export function recordLength(bytes: Buffer, at: number, mark: number): number {
  if (at + RECORD_HEADER > bytes.length || bytes.readUInt32BE(at) !== mark) return 0
  const body = at + RECORD_HEADER
  const end = body + bytes.readUInt32BE(at + 4)
  if (end > bytes.length || sumOf(bytes, body, end, mark) !== bytes.readUInt32BE(at + 8)) return 0
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

const sumOf = (bytes: Buffer, start: number, end: number, mark: number) =>
  (crc32c(bytes, start, end) ^ mark) >>> 0
