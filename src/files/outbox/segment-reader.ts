import fs from 'node:fs'
import { TidingsError } from '../../core/errors.js'
import { cutWholeLines } from '../../core/outbox/outbox-lines.js'
import { parseSent, SENT } from '../../core/outbox/outbox-names.js'
import { inputFailure } from '../input.js'
import type { OutboxFolder, SegmentFile } from './outbox-folder.js'

/** Few enough that a process that is killed sends little twice, enough that a call costs nothing beside them. */
const CHUNK = 64 * 1024

/** What lies in a segment from an offset on. */
export interface SegmentPart {
  readonly lines: readonly Uint8Array[]
  /** Where the next line begins. */
  readonly end: number
  /** Bytes behind `end`: further lines, or one that is being written or torn. */
  readonly rest: number
}

/** Reads the next whole lines of a segment, in memory of their own; `undefined` if the segment is gone. */
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

/** What lies behind the last whole line of a segment, as a line. */
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

/** Somebody has changed one of the two: what was sent is not known, and nothing of it may be removed. */
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

/** How much of a segment is settled, in bytes. */
export function settledOffset(folder: OutboxFolder, base: string): number {
  try {
    return parseSent(fs.readFileSync(folder.path(`${base}${SENT}`), 'latin1'))
  } catch {
    return 0
  }
}
