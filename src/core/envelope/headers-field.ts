import { newFinding, scanJsonString, scanJsonValue, skipWhiteSpace } from '../json/json-scan.js'
import { type Header, NO_HEADERS, type TextOrBytes } from '../message.js'
import { isUtf8 } from '../utf8.js'
import { CachedField } from './cached-field.js'
import { badField, isBase64, isText } from './field-reader.js'
import { parseValue } from './line-fields.js'

const found = newFinding()

/**
 * Parses the field `headers`, which must be valid JSON from `start` to before `end`: an object, with an array of values for a repeated
 * name; or an array of pairs of name and value. The object is read from its text, because a JavaScript object would reorder names like
 * `1` and drop repeated names.
 */
export function parseHeaders(line: Uint8Array, start: number, end: number): readonly Header[] {
  if (line[start] === 0x5b) return parsePairs(parseValue(line, start, end))
  if (line[start] !== 0x7b)
    throw badField('headers', parseValue(line, start, end), 'must be an object or a list of pairs')
  const headers: Header[] = []
  let at = skipWhiteSpace(line, start + 1, end, found)
  while (line[at] === 0x22) {
    const nameStart = at
    at = scanJsonString(line, at, end, found)
    const name: unknown = parseValue(line, nameStart, at)
    // The first white space ends at the colon.
    at = skipWhiteSpace(line, skipWhiteSpace(line, at, end, found) + 1, end, found)
    scanJsonValue(line, at, end, found)
    const value: unknown = parseValue(line, at, found.end)
    at = skipWhiteSpace(line, found.end, end, found)
    if (line[at] === 0x2c) at = skipWhiteSpace(line, at + 1, end, found)
    for (const each of Array.isArray(value) ? value : [value]) headers.push(headerOf(name, each, value))
  }
  return headers
}

const PAIR_MUST = 'must be a pair of a name and a value'

function parsePairs(list: unknown): readonly Header[] {
  return (Array.isArray(list) ? list : []).map((pair: unknown): Header => {
    if (Array.isArray(pair) && pair.length === 2) return headerOf(pair[0], pair[1], pair)
    throw badField('headers', pair, PAIR_MUST)
  })
}

function headerOf(name: unknown, value: unknown, shown: unknown): Header {
  const read = parseTextOrBytes(value)
  if (isText(name) && read !== undefined) return [name, read]
  if (typeof name !== 'string') throw badField('headers', shown, PAIR_MUST)
  throw badField(`headers.${name}`, shown, `must be ${TEXT_OR_BYTES}, or a list of these, in valid Unicode`)
}

/** What `parseTextOrBytes` accepts, in words for errors. */
export const TEXT_OR_BYTES = 'a string or {"base64": "..."}'

/** Reads text, or bytes as `{"base64": "..."}`; `undefined` for anything else. Bytes that are valid UTF-8 become text. */
export function parseTextOrBytes(value: unknown): TextOrBytes | undefined {
  if (isText(value)) return value
  if (typeof value !== 'object' || value === null || !('base64' in value)) return undefined
  const { base64 } = value
  if (!isBase64(base64)) return undefined
  const bytes = Buffer.from(base64, 'base64')
  return isUtf8(bytes) ? bytes.toString() : bytes
}

const headersField = new CachedField('headers', parseHeaders)

let merged: { own: readonly Header[]; defaults: readonly Header[]; all: readonly Header[] } | undefined

/** The headers of a line that `findFields` has searched. A default header is added if the line has no header of that name. */
export function readHeaders(line: Uint8Array, defaults: readonly Header[] = NO_HEADERS): readonly Header[] {
  const own = headersField.read(line)
  if (own === undefined || own.length === 0) return defaults
  if (defaults.length === 0) return own
  if (merged?.own !== own || merged.defaults !== defaults) {
    const added = defaults.filter(([name]) => !own.some(([ownName]) => ownName === name))
    merged = { own, defaults, all: added.length === 0 ? own : [...own, ...added] }
  }
  return merged.all
}
