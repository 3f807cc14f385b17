import { parseEnvelope } from '../envelope/envelope.js'
import { parseOffset } from './recording-entry.js'
import { parseRecordingHeader } from './recording-header.js'

const NEWLINE = 0x0a

/** The state of a recording's end, which decides what must be done before more is appended. */
export interface RecordingTail {
  /** The length in bytes of a torn last line, which follows the last whole line. */
  readonly torn: number
  /** Whether the last line is whole but has no line feed, as some editors leave it. */
  readonly lacksNewline: boolean
  /** The last entry's offset in microseconds, if it has one. */
  readonly lastOffset: number | undefined
}

/**
 * Examines the end of a recording.
 * @param tail the last bytes of the recording, from the start of a line; they hold at least the last whole line, if there is one
 */
export function judgeTail(tail: Uint8Array): RecordingTail {
  const end = tail.lastIndexOf(NEWLINE) + 1
  const rest = tail.subarray(end)
  if (rest.length > 0 && isWhole(rest)) return { torn: 0, lacksNewline: true, lastOffset: offsetOf(rest) }
  const start = end < 2 ? 0 : tail.lastIndexOf(NEWLINE, end - 2) + 1
  return {
    torn: rest.length,
    lacksNewline: false,
    lastOffset: offsetOf(tail.subarray(start, Math.max(start, end - 1)))
  }
}

function isWhole(line: Uint8Array): boolean {
  try {
    if (parseRecordingHeader(line) === undefined) parseEnvelope(line)
    return true
  } catch {
    return false
  }
}

function offsetOf(line: Uint8Array): number | undefined {
  try {
    return parseOffset(line)
  } catch {
    return undefined
  }
}
