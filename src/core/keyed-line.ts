import { type TextOrBytes, textOrBytes } from './text-or-bytes.js'
import { asBuffer } from './utf8.js'

/** A line, cut into the key of a message and its payload. */
export interface KeyedLine {
  /** Absent where the line has no delimiter. */
  readonly key?: TextOrBytes
  /** A view of the line. */
  readonly payload: Uint8Array
}

/**
 * Cuts a line at the first delimiter: the key stands before it, the payload behind it. Either may be empty. A line without a delimiter is
 * all payload, as with kcat's -K. No byte is changed.
 * @param delimiter one byte or more
 */
export function splitKeyedLine(line: Uint8Array, delimiter: Uint8Array): KeyedLine {
  const at = asBuffer(line).indexOf(delimiter)
  if (at === -1) return { payload: line }
  return { key: textOrBytes(line, 0, at), payload: line.subarray(at + delimiter.length) }
}
