import { TidingsError } from '../errors.js'
import { newFinding, scanJsonString, scanJsonValue, skipWhiteSpace } from './json-scan.js'

/**
 * Parses a JSON pointer (RFC 6901) into its reference tokens: `/readings/0/time` has `readings`, `0`, `time`. The empty text has none,
 * and means the whole value.
 * Throws a `TidingsError` of kind usage for anything else.
 */
export function parseJsonPointer(text: string): readonly string[] {
  if (text === '') return []
  if (!text.startsWith('/')) throw badPointer(text, 'it does not start with "/"')
  if (/~(?![01])/.test(text)) throw badPointer(text, '"~" is neither "~0" (a tilde) nor "~1" (a slash)')
  return text
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function badPointer(text: string, why: string): TidingsError {
  return new TidingsError('usage', `cannot read ${JSON.stringify(text)} as a JSON pointer: ${why}`, {
    code: 'bad-json-pointer',
    suggestion: 'write it like /time or /readings/0/time'
  })
}

/** The place of a value in its JSON text, in bytes. `end` is the offset after the last byte. */
export interface JsonPlace {
  readonly start: number
  readonly end: number
}

const OPEN_OBJECT = 0x7b
const OPEN_ARRAY = 0x5b
const COMMA = 0x2c
const COLON = 0x3a
const QUOTE = 0x22
const found = newFinding()

/**
 * Finds the value that a pointer's tokens name; `undefined` if there is none. The bytes must be JSON. If an object repeats a name, the
 * last member counts, as in JSON.parse. Takes linear time and no recursion.
 */
export function findJsonValue(json: Uint8Array, tokens: readonly string[]): JsonPlace | undefined {
  let at = skipWhiteSpace(json, 0, json.length, found)
  for (const token of tokens) {
    const inside =
      json[at] === OPEN_OBJECT
        ? findMember(json, at, token)
        : json[at] === OPEN_ARRAY
          ? findItem(json, at, token)
          : -1
    if (inside < 0) return undefined
    at = inside
  }
  return scanJsonValue(json, at, json.length, found) ? { start: at, end: found.end } : undefined
}

function findMember(json: Uint8Array, open: number, name: string): number {
  const wanted = Buffer.from(JSON.stringify(name))
  const end = json.length
  let last = -1
  let at = skipWhiteSpace(json, open + 1, end, found)
  while (json[at] === QUOTE) {
    const start = at
    at = scanJsonString(json, at, end, found)
    if (at < 0) return -1
    const same = isName(json, start, at, wanted, name)
    at = skipWhiteSpace(json, at, end, found)
    if (json[at] !== COLON) return -1
    at = skipWhiteSpace(json, at + 1, end, found)
    if (same) last = at
    if (!scanJsonValue(json, at, end, found)) return -1
    at = skipWhiteSpace(json, found.end, end, found)
    if (json[at] !== COMMA) break
    at = skipWhiteSpace(json, at + 1, end, found)
  }
  return last
}

/** Compares names as bytes first, because hardly any name is written with escapes that it does not need. */
function isName(json: Uint8Array, start: number, end: number, wanted: Uint8Array, name: string): boolean {
  const written = Buffer.from(json.buffer, json.byteOffset + start, end - start)
  return written.equals(wanted) || (written.includes(0x5c) && JSON.parse(written.toString()) === name)
}

function findItem(json: Uint8Array, open: number, token: string): number {
  if (!/^(0|[1-9]\d{0,15})$/.test(token)) return -1
  const end = json.length
  let at = skipWhiteSpace(json, open + 1, end, found)
  for (let left = Number(token); left > 0; left--) {
    if (!scanJsonValue(json, at, end, found)) return -1
    at = skipWhiteSpace(json, found.end, end, found)
    if (json[at] !== COMMA) return -1
    at = skipWhiteSpace(json, at + 1, end, found)
  }
  return scanJsonValue(json, at, end, found) ? at : -1
}
