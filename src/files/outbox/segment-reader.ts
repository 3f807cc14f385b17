import fs from 'node:fs'
import { TidingsError } from '../../core/errors.js'
import { cutWholeLines } from '../../core/outbox/outbox-lines.js'
import { parseSent, SENT } from '../../core/outbox/outbox-names.js'
import { inputFailure } from '../input.js'
import type { OutboxFolder, SegmentFile } from './outbox-folder.js'

/** Bytes per read: so few that little is sent twice after a process was killed, so many that the cost of a call does not matter. */
const CHUNK = 64 * 1024

/** The next part of a segment. */
export interface SegmentPart {
  readonly lines: readonly Uint8Array[]
  /** The offset in bytes where the next line begins. */
  readonly end: number
  /** How many bytes follow `end`: further lines, or a line that is being written or is torn. */
  readonly rest: number
}

/**
 * Reads the next whole lines of a segment into new memory; `undefined` if the segment is gone. Throws a `TidingsError` of kind bad-input
 * if the segment cannot be read, or is shorter than `offset`.
 */
export function readSegment(
  folder: OutboxFolder,
  segment: SegmentFile,
  offset: number
): SegmentPart | undefined {
  const fd = folder.openSegment(segment)
  if (fd === undefined) return undefined
  try {
    const { size: total } = fs.fstatSync(fd)
    if (offset > total) throw settledTooMuch(folder, segment, offset, total)
    const left = total - offset
    // A line may be longer than a chunk.
    for (let size = CHUNK; ; size *= 4) {
      const { lines, length } = cutWholeLines(readAt(fd, offset, Math.min(size, left)))
      if (length > 0 || size >= left) return { lines, end: offset + length, rest: left - length }
    }
  } catch (error) {
    throw error instanceof TidingsError ? error : inputFailure(folder.path(segment.file), error)
  } finally {
    fs.closeSync(fd)
  }
}

/** Reads what follows the last whole line of a segment, as one line. */
export function readTorn(
  folder: OutboxFolder,
  segment: SegmentFile,
  { end, rest }: SegmentPart
): SegmentPart {
  const fd = folder.openSegment(segment)
  if (fd === undefined) return { lines: [], end, rest }
  try {
    return { lines: [readAt(fd, end, rest)], end: end + rest, rest: 0 }
  } finally {
    fs.closeSync(fd)
  }
}

/** Somebody has changed the segment or its progress file. Nobody knows what was sent, so nothing of the segment may be removed. */
function settledTooMuch(
  folder: OutboxFolder,
  { file, base }: SegmentFile,
  offset: number,
  size: number
): TidingsError {
  const sent = folder.path(`${base}${SENT}`)
  const why = `it has ${size} bytes, and "${sent}" says that ${offset} of them were sent`
  return new TidingsError('bad-input', `cannot read "${folder.path(file)}": ${why}`, {
    code: 'outbox-damaged',
    suggestion: `send all of it again: rm ${sent}`,
    details: { file: folder.path(file) }
  })
}

function readAt(fd: number, offset: number, size: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(size)
  let length = 0
  while (length < size) {
    const count = fs.readSync(fd, bytes, length, size - length, offset + length)
    if (count === 0) break
    length += count
  }
  return bytes.subarray(0, length)
}

/** How many bytes of a segment are settled. */
export function settledOffset(folder: OutboxFolder, base: string): number {
  try {
    return parseSent(fs.readFileSync(folder.path(`${base}${SENT}`), 'latin1'))
  } catch {
    return 0
  }
}
