import type { TidingsError } from '../errors.js'
import { newFinding, scanJsonString, scanJsonValue, skipWhiteSpace } from '../json/json-scan.js'
import { scanJson } from '../json/json-text.js'
import { decodeUtf8 } from '../utf8.js'
import { badEnvelope } from './field-reader.js'

/** There are fewer fields than this. Each field has one bit of a 32-bit number. */
const MOST_FIELDS = 32

const names: string[] = []
const quotedNames: Uint8Array[] = []
/** For each length in bytes, the fields whose quoted name has that length. */
const fieldsOfLength: number[][] = []

/** The offsets where the value of each present field starts and ends. */
export const starts = new Int32Array(MOST_FIELDS)
export const ends = new Int32Array(MOST_FIELDS)

/** Registers a field, which is searched in every line from now on. Returns its number, which is its index in `starts` and `ends`. */
export function lineField(name: string): number {
  const field = names.length
  const quoted = Buffer.from(`"${name}"`)
  names.push(name)
  quotedNames.push(quoted)
  while (fieldsOfLength.length <= quoted.length) fieldsOfLength.push([])
  fieldsOfLength[quoted.length]?.push(field)
  return field
}

// Recordings have an offset, subscribers may write what is wrong with a message, and an outbox writes why one was refused: facts of the line,
// not of the message.
lineField('offset')
lineField('reason')
lineField('violations')

/** Names that the line has and an envelope has not. */
const unknown: string[] = []

/** The names, some perhaps twice, that the line read last has and an envelope has not; valid until the next line is read. */
export const unknownFields: readonly string[] = unknown

export function noteUnknown(name: string): void {
  unknown.push(name)
}

const found = newFinding()
/** One bit for each field; it is set if the line has the field. */
let had = 0

/** Whether the line has one of the fields. `fields` has one bit for each field. */
export const hasAny = (fields: number): boolean => (had & fields) !== 0

/**
 * Finds the fields of a line, and sets `starts` and `ends`.
 * @param read how many bytes the caller has read already, up to and including a comma between two fields
 * @throws TidingsError of kind bad-input if the line is no JSON object
 */
export function findFields(line: Uint8Array, read: number): void {
  had = 0
  // Setting the length costs 40 ns, and hardly any line has such names.
  if (unknown.length > 0) unknown.length = 0
  const end = line.length
  let first = read === 0
  let at = skipWhiteSpace(line, first ? afterBrace(line) : read, end, found)
  while (at < end && !(first && line[at] === 0x7d)) {
    if (line[at] !== 0x22) throw notJson(line)
    const name = at
    at = scanJsonString(line, at, end, found)
    if (at < 0) throw notJson(line)
    const nameEnd = at
    const field = whichField(line, name, nameEnd)
    at = skipWhiteSpace(line, at, end, found)
    if (line[at] !== 0x3a) throw notJson(line)
    at = skipWhiteSpace(line, at + 1, end, found)
    if (!scanJsonValue(line, at, end, found)) throw notJson(line)
    // If two fields have one name, the last one counts, as in JSON.parse.
    if (field >= 0) {
      starts[field] = at
      ends[field] = found.end
      had |= 1 << field
    } else noteUnknown(String(parseValue(line, name, nameEnd)))
    at = skipWhiteSpace(line, found.end, end, found)
    if (line[at] !== 0x2c) break
    at = skipWhiteSpace(line, at + 1, end, found)
    first = false
  }
  if (line[at] !== 0x7d || skipWhiteSpace(line, at + 1, end, found) < end) throw notJson(line)
}

function afterBrace(line: Uint8Array): number {
  const at = skipWhiteSpace(line, 0, line.length, found)
  if (line[at] === 0x7b) return at + 1
  if (at >= line.length) throw badEnvelope('it is empty')
  if (!scanJson(line).ok) throw notJson(line)
  throw line[at] === 0x5b
    ? badEnvelope('it is not an object', `jq -c '.[]' makes a line of each of its values`)
    : badEnvelope('it is not an object')
}

/** Says why and where the whole line is not JSON. */
function notJson(line: Uint8Array): TidingsError {
  const scan = scanJson(line)
  if (scan.ok) return badEnvelope('it is not an envelope')
  const reason = `it is not JSON at byte ${scan.offset + 1}: ${scan.reason}`
  const isOpen = scan.offset === line.length && (line[0] === 0x7b || line[0] === 0x5b)
  return isOpen
    ? badEnvelope(reason, 'each line is one whole object: "jq -c" writes JSON on one line')
    : badEnvelope(reason)
}

function whichField(line: Uint8Array, start: number, end: number): number {
  const length = end - start
  if (length < fieldsOfLength.length) {
    const fields = fieldsOfLength[length] as readonly number[]
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] as number
      if (isSame(quotedNames[field] as Uint8Array, line, start, end)) return field
    }
  }
  // A name may be written with escapes, although that is rare.
  if (!line.subarray(start, end).includes(0x5c)) return -1
  return names.indexOf(JSON.parse(decodeUtf8(line, start, end)))
}

/** Whether `line` from `start` to before `end` is `bytes`. */
export function isSame(bytes: Uint8Array, line: Uint8Array, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== line[start + i]) return false
  return true
}

/** Whether the line has the field with a value other than `null`. */
export function isPresent(line: Uint8Array, field: number): boolean {
  // jq writes `null` for a missing value.
  return hasAny(1 << field) && line[starts[field] as number] !== 0x6e
}

/** The value of a field that is present. */
export function parseField(line: Uint8Array, field: number): unknown {
  return parseValue(line, starts[field] as number, ends[field] as number)
}

/** The JSON value from `start` to before `end`. */
export function parseValue(line: Uint8Array, start: number, end: number): unknown {
  return JSON.parse(decodeUtf8(line, start, end))
}
