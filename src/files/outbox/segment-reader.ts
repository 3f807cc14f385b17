import fs from 'node:fs'
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
    const left = Math.max(0, fs.fstatSync(fd).size - offset)
    // A line may be longer than a chunk.
    for (let size = CHUNK; ; size *= 4) {
      const { lines, length } = cutWholeLines(readAt(fd, offset, Math.min(size, left)))
      if (length > 0 || size >= left) return { lines, end: offset + length, rest: left - length }
    }
  } catch (error) {
    throw inputFailure(folder.path(segment.file), error)
  } finally {
    fs.closeSync(fd)
  }
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
