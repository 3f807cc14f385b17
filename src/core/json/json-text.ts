import { ByteWriter } from '../byte-writer.js'
import { describe, isLineSeparator, newFinding, scanJsonValue, skipWhiteSpace } from './json-scan.js'

/** Whether bytes are JSON. */
export type JsonScan =
  | {
      readonly ok: true
      /** The text can stand within a line unchanged: no white space around it, and no CR, LF, U+0085, U+2028 or U+2029 in it. */
      readonly compact: boolean
    }
  | {
      readonly ok: false
      /** The offset in bytes where the text stops being JSON. */
      readonly offset: number
      /** Why the text is not JSON, in words. */
      readonly reason: string
    }

const COMPACT: JsonScan = { ok: true, compact: true }
const SPREAD: JsonScan = { ok: true, compact: false }
const found = newFinding()

/**
 * Checks whether the bytes are exactly one JSON text (RFC 8259) in UTF-8. White space around it is allowed; a byte order mark is not
 * (section 8.1). Numbers of any size and escapes of unpaired surrogates are JSON. Takes linear time and no recursion, at any depth.
 */
export function scanJson(bytes: Uint8Array): JsonScan {
  const end = bytes.length
  if (!scanJsonValue(bytes, 0, end, found)) return { ok: false, offset: found.end, reason: found.reason }
  const behind = found.end
  const rest = skipWhiteSpace(bytes, behind, end, found)
  if (rest < end)
    return {
      ok: false,
      offset: rest,
      reason: `expected nothing after the value, ${describe(bytes, rest, end)}`
    }
  return found.lines || behind < end || (bytes[0] as number) <= 0x20 ? SPREAD : COMPACT
}

/**
 * Returns the same JSON on one line: without white space between tokens, and with escapes for U+0085, U+2028 and U+2029, which some
 * programs take for the end of a line. Every other byte stays. The bytes must be JSON.
 */
export function compactJson(bytes: Uint8Array): Uint8Array {
  const compact = new ByteWriter(bytes.length + 16)
  let inString = false
  let from = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (!inString && byte <= 0x20) {
      compact.writeBytes(bytes, from, at)
      from = at + 1
    } else if (byte === 0x22) {
      inString = !inString
    } else if (byte === 0x5c) {
      at++
    } else if (byte >= 0x80 && isLineSeparator(bytes, at, byte)) {
      compact.writeBytes(bytes, from, at)
      const code = byte === 0xc2 ? '0085' : bytes[at + 2] === 0xa8 ? '2028' : '2029'
      compact.writeText(`\\u${code}`)
      at += byte === 0xc2 ? 1 : 2
      from = at + 1
    }
  }
  compact.writeBytes(bytes, from, bytes.length)
  return compact.take()
}

/** Says for people why and where the bytes are not JSON: line and column count from 1, columns in characters. `undefined` for JSON. */
export function jsonProblem(bytes: Uint8Array): { line: number; column: number; reason: string } | undefined {
  const scan = scanJson(bytes)
  return scan.ok ? undefined : { ...lineAndColumn(bytes, scan.offset), reason: scan.reason }
}

/** The line and column of a byte, both counted from 1; columns count characters. */
export function lineAndColumn(bytes: Uint8Array, offset: number): { line: number; column: number } {
  let line = 1
  let column = 1
  for (let at = 0; at < Math.min(offset, bytes.length); at++) {
    const byte = bytes[at] as number
    if (byte === 0x0a) {
      line++
      column = 1
    } else if ((byte & 0xc0) !== 0x80) {
      column++
    }
  }
  return { line, column }
}
