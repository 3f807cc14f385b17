import { whyNotChannel } from '../channel-name.js'
import { newFinding, scanJsonString, scanJsonValue, skipWhiteSpace } from '../json/json-scan.js'
import { compactJson, scanJson } from '../json/json-text.js'
import { type Header, type Message, type MqttBinding, NO_HEADERS } from '../message.js'
import { parseTimestamp } from '../timestamp.js'
import { asBuffer, decodeUtf8, viewOf } from '../utf8.js'
import {
  badEnvelope,
  badField,
  type EnvelopeDefaults,
  isBase64,
  parseBinding,
  parseHeaders
} from './envelope-fields.js'

const FIELDS = ['channel', 'time', 'payload', 'encoding', 'raw', 'headers', 'mqtt'] as const
const [CHANNEL, TIME, PAYLOAD, ENCODING, RAW, HEADERS, MQTT] = [0, 1, 2, 3, 4, 5, 6]
const NAMES = FIELDS.map((field) => Buffer.from(`"${field}"`))

const NO_DEFAULTS: EnvelopeDefaults = {}

const found = newFinding()
/** Where the value of each field starts and ends in the line; an absent one starts at -1. */
const starts = new Int32Array(FIELDS.length)
const ends = new Int32Array(FIELDS.length)

/**
 * Reads one envelope line. Fields in any order, unknown ones ignored; only `payload` is needed, and `channel` unless there is a default.
 * Without `encoding` the payload is the JSON value itself. The payload may be a view of `line`: copy it before the line is overwritten.
 * Throws a `TidingsError` of kind bad-input whose message is the reason and names the field.
 *
 * @param read so many bytes were read already, up to and including a comma between two fields
 */
export function parseEnvelope(line: Uint8Array, defaults: EnvelopeDefaults = NO_DEFAULTS, read = 0): Message {
  findFields(line, read)
  const channel = readChannel(line, defaults)
  const mqtt = readBinding(line, defaults)
  const headers = readHeaders(line, defaults)
  const payload = readPayload(line)
  const time = readTime(line)
  return time === undefined ? { channel, payload, headers, mqtt } : { channel, payload, headers, mqtt, time }
}

function findFields(line: Uint8Array, read: number): void {
  starts.fill(-1)
  const end = line.length
  let first = read === 0
  let at = skipWhiteSpace(line, first ? afterBrace(line) : read, end, found)
  while (at < end && !(first && line[at] === 0x7d)) {
    if (line[at] !== 0x22) throw badEnvelope(notJson(line))
    const name = at
    at = scanJsonString(line, at, end, found)
    if (at < 0) throw badEnvelope(notJson(line))
    const field = whichField(line, name, at)
    at = skipWhiteSpace(line, at, end, found)
    if (line[at] !== 0x3a) throw badEnvelope(notJson(line))
    at = skipWhiteSpace(line, at + 1, end, found)
    if (!scanJsonValue(line, at, end, found)) throw badEnvelope(notJson(line))
    // As with JSON.parse, the last of two fields of one name counts.
    if (field >= 0) {
      starts[field] = at
      ends[field] = found.end
    }
    at = skipWhiteSpace(line, found.end, end, found)
    if (line[at] !== 0x2c) break
    at = skipWhiteSpace(line, at + 1, end, found)
    first = false
  }
  if (line[at] !== 0x7d || skipWhiteSpace(line, at + 1, end, found) < end) throw badEnvelope(notJson(line))
}

function afterBrace(line: Uint8Array): number {
  const at = skipWhiteSpace(line, 0, line.length, found)
  if (line[at] === 0x7b) return at + 1
  if (at >= line.length) throw badEnvelope('it is empty')
  throw badEnvelope(scanJson(line).ok ? 'it is not an object' : notJson(line))
}

/** Why and where the whole line is not JSON. */
function notJson(line: Uint8Array): string {
  const scan = scanJson(line)
  return scan.ok ? 'it is not an envelope' : `it is not JSON at byte ${scan.offset + 1}: ${scan.reason}`
}

function whichField(line: Uint8Array, start: number, end: number): number {
  for (let field = 0; field < NAMES.length; field++) {
    const name = NAMES[field] as Uint8Array
    if (name.length === end - start && isSame(name, line, start, end)) return field
  }
  // A name may be written with escapes, though hardly anyone does.
  if (!line.subarray(start, end).includes(0x5c)) return -1
  return FIELDS.indexOf(JSON.parse(decodeUtf8(line, start, end)))
}

/** Whether `line` from `start` to before `end` is `bytes`. */
function isSame(bytes: Uint8Array, line: Uint8Array, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== line[start + i]) return false
  return true
}

function isPresent(line: Uint8Array, field: number): boolean {
  const start = starts[field] as number
  // jq writes null for what it does not find.
  return start >= 0 && !(line[start] === 0x6e)
}

function copyOf(line: Uint8Array, field: number): Uint8Array {
  return line.slice(starts[field], ends[field])
}

function parseField(line: Uint8Array, field: number): unknown {
  return JSON.parse(decodeUtf8(line, starts[field], ends[field]))
}

// Lines come in runs that differ in little but time and payload: what has the same bytes as in the line before is the same value.
let lastChannelBytes: Uint8Array = new Uint8Array()
let lastChannel = ''

function readChannel(line: Uint8Array, defaults: EnvelopeDefaults): string {
  if (!isPresent(line, CHANNEL)) {
    if (defaults.channel === undefined) throw badEnvelope('field "channel" is missing')
    return defaults.channel
  }
  if (isSame(lastChannelBytes, line, starts[CHANNEL] as number, ends[CHANNEL] as number)) return lastChannel
  const channel = parseField(line, CHANNEL)
  if (typeof channel !== 'string') throw badField('channel', channel, 'must be a string')
  const why = whyNotChannel(channel)
  if (why !== undefined) throw badField('channel', channel, why)
  lastChannelBytes = copyOf(line, CHANNEL)
  lastChannel = channel
  return channel
}

let lastBindingBytes: Uint8Array = new Uint8Array()
let lastBindingDefaults = NO_DEFAULTS
let lastBinding: MqttBinding = { qos: 1, retain: false }

function readBinding(line: Uint8Array, defaults: EnvelopeDefaults): MqttBinding {
  if (!isPresent(line, MQTT)) return parseBinding({}, defaults)
  if (
    defaults === lastBindingDefaults &&
    isSame(lastBindingBytes, line, starts[MQTT] as number, ends[MQTT] as number)
  )
    return lastBinding
  const binding = parseBinding(parseField(line, MQTT), defaults)
  lastBindingBytes = copyOf(line, MQTT)
  lastBindingDefaults = defaults
  lastBinding = binding
  return binding
}

let lastHeadersBytes: Uint8Array = new Uint8Array()
let lastHeadersDefaults = NO_HEADERS
let lastHeaders = NO_HEADERS

function readHeaders(line: Uint8Array, { headers = NO_HEADERS }: EnvelopeDefaults): readonly Header[] {
  if (!isPresent(line, HEADERS)) return headers
  const start = starts[HEADERS] as number
  const end = ends[HEADERS] as number
  if (headers === lastHeadersDefaults && isSame(lastHeadersBytes, line, start, end)) return lastHeaders
  const own = parseHeaders(line, start, end)
  const added = headers.filter(([name]) => !own.some(([ownName]) => ownName === name))
  lastHeaders = added.length === 0 ? own : [...own, ...added]
  lastHeadersDefaults = headers
  lastHeadersBytes = copyOf(line, HEADERS)
  return lastHeaders
}

/** `"2026-11-23T19:05:01.`: in the form that we write, six digits and `Z"` follow. */
const SECOND_LENGTH = 21
let lastSecondBytes: Uint8Array = new Uint8Array()
let lastSecond = 0

function readTime(line: Uint8Array): number | undefined {
  if (!isPresent(line, TIME)) return undefined
  const start = starts[TIME] as number
  const end = ends[TIME] as number
  if (end - start === SECOND_LENGTH + 8 && isSame(lastSecondBytes, line, start, start + SECOND_LENGTH)) {
    const fraction = readSixDigits(line, start + SECOND_LENGTH)
    if (fraction >= 0 && line[end - 2] === 0x5a) return lastSecond + fraction
  }
  const text = decodeUtf8(line, start + 1, end - 1)
  const time = line[start] === 0x22 ? parseTimestamp(text) : undefined
  if (time === undefined)
    throw badField('time', parseField(line, TIME), 'must be an ISO 8601 date and time with "Z" or an offset')
  if (/^.{19}\.\d{6}Z$/.test(text)) {
    lastSecondBytes = line.slice(start, start + SECOND_LENGTH)
    lastSecond = time - Number(text.slice(20, 26))
  }
  return time
}

function readSixDigits(line: Uint8Array, start: number): number {
  let number = 0
  for (let at = start; at < start + 6; at++) {
    const digit = (line[at] as number) - 0x30
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number
}

const JSON_ENCODING = Buffer.from('"json"')

function readEncoding(line: Uint8Array): unknown {
  if (!isPresent(line, ENCODING)) return 'json'
  if (isSame(JSON_ENCODING, line, starts[ENCODING] as number, ends[ENCODING] as number)) return 'json'
  return parseField(line, ENCODING)
}

function readPayload(line: Uint8Array): Uint8Array {
  const start = starts[PAYLOAD] as number
  const end = ends[PAYLOAD] as number
  if (start < 0) throw badEnvelope('field "payload" is missing')
  const encoding = readEncoding(line)
  if (encoding === 'json') return readJson(line, start, end)
  if (encoding !== 'text' && encoding !== 'base64')
    throw badField('encoding', encoding, 'must be "json", "text" or "base64"')
  if (line[start] !== 0x22)
    throw badEnvelope(`field "payload" must be a string, as "encoding" is "${encoding}"`)
  return encoding === 'text' ? readText(line, PAYLOAD) : readBase64(decodeUtf8(line, start + 1, end - 1))
}

/** The exact text of JSON that spanned lines counts only while it says the same as the payload, so that an edit with jq wins. */
function readJson(line: Uint8Array, start: number, end: number): Uint8Array {
  const payload = viewOf(line, start, end)
  if (!isPresent(line, RAW)) return payload
  const raw = readText(line, RAW)
  if (!scanJson(raw).ok) return payload
  return asBuffer(compactJson(raw)).equals(compactJson(payload)) ? raw : payload
}

function readText(line: Uint8Array, field: number): Uint8Array {
  const start = starts[field] as number
  const end = ends[field] as number
  if (line[start] === 0x22) {
    const inside = viewOf(line, start + 1, end - 1)
    if (!inside.includes(0x5c)) return inside
  }
  const text = parseField(line, field)
  const name = FIELDS[field] as string
  if (typeof text !== 'string') throw badField(name, text, 'must be a string')
  if (/\p{Surrogate}/u.test(text))
    throw badField(name, text, 'holds half of a surrogate pair, which UTF-8 cannot say')
  return Buffer.from(text)
}

function readBase64(text: string): Uint8Array {
  if (!isBase64(text)) throw badField('payload', text, 'must be base64, as "encoding" says')
  return Buffer.from(text, 'base64')
}
