import { wideCharacterLength } from '../utf8.js'

/** The result of a scan. The caller makes one object and uses it for every scan, so that a scan allocates nothing. */
export interface JsonFinding {
  /** The offset after the value's last byte; if the scan failed, the offset where the bytes stop being JSON. */
  end: number
  /** Why the bytes are not JSON; only set if the scan failed. */
  reason: string
  /** Whether the scan met the end of a line: CR or LF between tokens, or U+0085, U+2028 or U+2029 in a string. */
  lines: boolean
}

export function newFinding(): JsonFinding {
  return { end: 0, reason: '', lines: false }
}

// What the scan expects next.
const VALUE = 0
const FIRST_ITEM = 1
const FIRST_KEY = 2
const KEY = 3
const AFTER = 4

const OBJECT = 1
const ARRAY = 2

/** The stack of open objects and arrays. It is deep enough for nearly every message; a deeper value gets a stack of its own. */
const SHALLOW = new Uint8Array(512)

/**
 * Scans one JSON value (RFC 8259) that starts at `start`, or after white space there. The bytes after the value are not read. Takes
 * linear time and no recursion, at any depth. Returns `false` for bytes that are not JSON; `found` says why and where.
 */
export function scanJsonValue(bytes: Uint8Array, start: number, end: number, found: JsonFinding): boolean {
  let open = SHALLOW
  let depth = 0
  let expected = VALUE
  let at = start
  found.lines = false
  for (;;) {
    at = skipWhiteSpace(bytes, at, end, found)
    if (at >= end) return fail(found, end, end === start ? 'it is empty' : 'it ends too early')
    const byte = bytes[at] as number
    if (expected === AFTER) {
      const inside = open[depth - 1]
      if (byte === 0x2c) {
        expected = inside === OBJECT ? KEY : VALUE
        at++
        continue
      }
      if (byte !== (inside === OBJECT ? 0x7d : 0x5d))
        return fail(
          found,
          at,
          `expected "," or "${inside === OBJECT ? '}' : ']'}", ${describe(bytes, at, end)}`
        )
      at++
      depth--
    } else if (expected === FIRST_KEY || expected === KEY) {
      if (byte === 0x7d && expected === FIRST_KEY) {
        at++
        depth--
        expected = AFTER
      } else {
        if (byte !== 0x22)
          return fail(found, at, `expected a name in double quotes, ${describe(bytes, at, end)}`)
        at = scanJsonString(bytes, at, end, found)
        if (at < 0) return false
        at = skipWhiteSpace(bytes, at, end, found)
        if (at >= end) return fail(found, end, 'it ends too early')
        if (bytes[at] !== 0x3a) return fail(found, at, `expected ":", ${describe(bytes, at, end)}`)
        at++
        expected = VALUE
        continue
      }
    } else if (byte === 0x5d && expected === FIRST_ITEM) {
      at++
      depth--
    } else if (byte === 0x7b || byte === 0x5b) {
      if (depth === open.length) open = deepen(open)
      open[depth++] = byte === 0x7b ? OBJECT : ARRAY
      expected = byte === 0x7b ? FIRST_KEY : FIRST_ITEM
      at++
      continue
    } else {
      at = byte === 0x22 ? scanJsonString(bytes, at, end, found) : scanScalar(bytes, at, end, found)
      if (at < 0) return false
    }
    if (depth === 0) {
      found.end = at
      return true
    }
    expected = AFTER
  }
}

function deepen(open: Uint8Array): Uint8Array<ArrayBuffer> {
  const deeper = new Uint8Array(open.length * 4)
  deeper.set(open)
  return deeper
}

function fail(found: JsonFinding, at: number, reason: string): false {
  found.end = at
  found.reason = reason
  return false
}

/** The offset of the next byte that is not white space; `end` if there is none. */
export function skipWhiteSpace(bytes: Uint8Array, start: number, end: number, found: JsonFinding): number {
  let at = start
  while (at < end) {
    const byte = bytes[at] as number
    if (byte > 0x20) return at
    if (byte === 0x0a || byte === 0x0d) found.lines = true
    else if (byte !== 0x20 && byte !== 0x09) return at
    at++
  }
  return at
}

/** Scans the string whose opening quote is at `start`. Returns the offset after its closing quote, or -1 if it is not a JSON string. */
export function scanJsonString(bytes: Uint8Array, start: number, end: number, found: JsonFinding): number {
  let at = start + 1
  while (at < end) {
    const byte = bytes[at] as number
    if (byte >= 0x80) {
      const length = wideCharacterLength(bytes, at, end)
      if (length === 0) return broken(found, at, 'a string is not UTF-8')
      if (isLineSeparator(bytes, at, byte)) found.lines = true
      at += length
    } else if (byte === 0x22) {
      return at + 1
    } else if (byte === 0x5c) {
      const length = escapeLength(bytes, at, end)
      if (length === 0)
        return broken(found, at, `a string holds an unknown escape, ${describe(bytes, at + 1, end)}`)
      at += length
    } else if (byte < 0x20) {
      return broken(found, at, `a string holds a raw control character, ${describe(bytes, at, end)}`)
    } else {
      at++
    }
  }
  return broken(found, end, 'a string does not end')
}

function broken(found: JsonFinding, at: number, reason: string): -1 {
  fail(found, at, reason)
  return -1
}

/** Whether the valid character at `at` is U+0085, U+2028 or U+2029, which some programs take for the end of a line. */
export function isLineSeparator(bytes: Uint8Array, at: number, byte: number): boolean {
  if (byte === 0xc2) return bytes[at + 1] === 0x85
  return byte === 0xe2 && bytes[at + 1] === 0x80 && ((bytes[at + 2] as number) & 0xfe) === 0xa8
}

function escapeLength(bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end) return 0
  if (bytes[at + 1] !== 0x75)
    return '"\\/bfnrt'.includes(String.fromCharCode(bytes[at + 1] as number)) ? 2 : 0
  if (at + 6 > end) return 0
  for (let i = at + 2; i < at + 6; i++) if (!isHexDigit(bytes[i] as number)) return 0
  return 6
}

function isHexDigit(byte: number): boolean {
  return isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

const LITERALS = ['true', 'false', 'null'].map((literal) => Buffer.from(literal))

function scanScalar(bytes: Uint8Array, start: number, end: number, found: JsonFinding): number {
  const first = bytes[start] as number
  if (first === 0x2d || isDigit(first)) return scanNumber(bytes, start, end, found)
  for (const literal of LITERALS) {
    if (literal[0] !== first || start + literal.length > end) continue
    let same = 1
    while (same < literal.length && bytes[start + same] === literal[same]) same++
    if (same === literal.length) return start + same
  }
  return broken(found, start, `expected a value, ${describe(bytes, start, end)}`)
}

function scanNumber(bytes: Uint8Array, start: number, end: number, found: JsonFinding): number {
  let at = bytes[start] === 0x2d ? start + 1 : start
  const whole = at
  at = skipDigits(bytes, at, end)
  if (at === whole) return broken(found, at, 'a number has no digit after its "-"')
  if (bytes[whole] === 0x30 && at > whole + 1) return broken(found, whole, 'a number starts with 0')
  if (at < end && bytes[at] === 0x2e) {
    const fraction = at + 1
    at = skipDigits(bytes, fraction, end)
    if (at === fraction) return broken(found, at, 'a number has no digit after its "."')
  }
  if (at < end && ((bytes[at] as number) | 0x20) === 0x65) {
    at++
    if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++
    const exponent = at
    at = skipDigits(bytes, exponent, end)
    if (at === exponent) return broken(found, at, 'a number has no digit in its exponent')
  }
  return at
}

function skipDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && isDigit(bytes[at] as number)) at++
  return at
}

/** Says, for an error message, what stands at `at` instead of what was expected. */
export function describe(bytes: Uint8Array, at: number, end: number): string {
  if (at >= end) return 'found its end'
  const byte = bytes[at] as number
  if (byte === 0x22) return `found '"'`
  if (byte > 0x20 && byte < 0x7f) return `found "${String.fromCharCode(byte)}"`
  if (byte === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) return 'found a byte order mark'
  return `found byte 0x${byte.toString(16).padStart(2, '0')}`
}
