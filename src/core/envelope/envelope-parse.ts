import { whyNotName } from '../channel-grammar.js'
import { newFinding, scanJsonString, scanJsonValue, skipWhiteSpace } from '../json/json-scan.js'
import { compactJson, scanJson } from '../json/json-text.js'
import {
  type Guarantee,
  type Header,
  type Message,
  type MessageFacts,
  type MqttBinding,
  NO_HEADERS
} from '../message.js'
import { parseTimestamp } from '../timestamp.js'
import { asBuffer, decodeUtf8, viewOf } from '../utf8.js'
import {
  badEnvelope,
  badField,
  FieldReader,
  isBase64,
  isGuarantee,
  isName,
  isSeconds,
  isText
} from './field-reader.js'
import { parseHeaders, parseTextOrBytes, TEXT_OR_BYTES } from './headers-field.js'
import { readMqttBinding } from './mqtt-envelope.js'

/** What an envelope line that does not say it gets. */
export interface EnvelopeDefaults extends Partial<Omit<MessageFacts, 'mqtt'>> {
  readonly channel?: string | undefined
  readonly mqtt?: Partial<MqttBinding> | undefined
}

const FIELDS = [
  'channel',
  'time',
  'payload',
  'encoding',
  'mqtt',
  'headers',
  'raw',
  'contentType',
  'responseChannel',
  'correlation',
  'expiry',
  'key',
  'sourceTime'
] as const
const [CHANNEL, TIME, PAYLOAD, ENCODING, MQTT, HEADERS, RAW] = [0, 1, 2, 3, 4, 5, 6]
const [CONTENT_TYPE, RESPONSE_CHANNEL, CORRELATION, EXPIRY, KEY, SOURCE_TIME] = [7, 8, 9, 10, 11, 12]
const NAMES = FIELDS.map((field) => Buffer.from(`"${field}"`))

const NO_DEFAULTS: EnvelopeDefaults = {}

const found = newFinding()
/** Where the value of each field starts and ends in the line; an absent one starts at -1. */
const starts = new Int32Array(FIELDS.length)
const ends = new Int32Array(FIELDS.length)
/** The line has a field from `contentType` on, which few have. */
let hasFacts = false

/**
 * Reads one envelope line. Fields in any order, unknown ones ignored; only `payload` is needed, and `channel` unless there is a default.
 * Without `encoding` the payload is the JSON value itself. A field at the top counts before the same inside `mqtt`, where version 0.1
 * wrote it. The payload may be a view of `line`: copy it before the line is overwritten. Which channels there can be is for the
 * protocol to say (`MessageTarget`).
 * Throws a `TidingsError` of kind bad-input whose message is the reason and names the field.
 *
 * @param read so many bytes were read already, up to and including a comma between two fields
 */
export function parseEnvelope(line: Uint8Array, defaults: EnvelopeDefaults = NO_DEFAULTS, read = 0): Message {
  findFields(line, read)
  const channel = channelField.read(line) ?? defaultChannel(defaults)
  const said = mqttField(line, defaults)
  const headers = readHeaders(line, defaults)
  const payload = readPayload(line)
  const time = readTime(line)
  const guarantee = said.guarantee ?? defaults.guarantee
  const { mqtt } = said
  if (!hasFacts && !said.hasFacts && !haveFacts(defaults))
    return { channel, payload, headers, guarantee, mqtt, time }
  return {
    channel,
    payload,
    headers,
    guarantee,
    key: keyField.read(line) ?? defaults.key,
    contentType: contentTypeField.read(line) ?? said.contentType ?? defaults.contentType,
    expiry: expiryField.read(line) ?? said.expiry ?? defaults.expiry,
    responseChannel: responseChannelField.read(line) ?? said.responseChannel ?? defaults.responseChannel,
    correlation: correlationField.read(line) ?? said.correlation ?? defaults.correlation,
    sourceTime: sourceTimeField.read(line) ?? defaults.sourceTime,
    mqtt,
    time
  }
}

const haveFacts = (defaults: EnvelopeDefaults): boolean =>
  defaults.key !== undefined ||
  defaults.contentType !== undefined ||
  defaults.expiry !== undefined ||
  defaults.responseChannel !== undefined ||
  defaults.correlation !== undefined ||
  defaults.sourceTime !== undefined

function defaultChannel({ channel }: EnvelopeDefaults): string {
  if (channel === undefined) throw badEnvelope('field "channel" is missing')
  return channel
}

function findFields(line: Uint8Array, read: number): void {
  starts.fill(-1)
  hasFacts = false
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
      if (field >= CONTENT_TYPE) hasFacts = true
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

function parseField(line: Uint8Array, field: number): unknown {
  return JSON.parse(decodeUtf8(line, starts[field], ends[field]))
}

/** A field's value; what has the same bytes as in the line before is the same value, since lines come in runs that differ in little. */
class CachedField<T> {
  #bytes: Uint8Array = new Uint8Array()
  #value: T | undefined

  constructor(
    private readonly field: number,
    private readonly parse: (line: Uint8Array, start: number, end: number) => T
  ) {}

  /** `undefined` if the line does not say it. */
  read(line: Uint8Array): T | undefined {
    if (!isPresent(line, this.field)) return undefined
    const start = starts[this.field] as number
    const end = ends[this.field] as number
    if (isSame(this.#bytes, line, start, end)) return this.#value
    const value = this.parse(line, start, end)
    this.#bytes = line.slice(start, end)
    this.#value = value
    return value
  }
}

/** A field whose JSON value must be what `accepts` says; `must` says so to the user. */
function cached<T>(field: number, accepts: (value: unknown) => value is T, must: string): CachedField<T> {
  return new CachedField(field, (line) => {
    const value = parseField(line, field)
    if (accepts(value)) return value
    throw badField(FIELDS[field] as string, value, must)
  })
}

const channelField = new CachedField(CHANNEL, (line) => {
  const channel = parseField(line, CHANNEL)
  if (typeof channel !== 'string') throw badField('channel', channel, 'must be a string')
  const why = whyNotName(channel)
  if (why !== undefined) throw badField('channel', channel, why)
  return channel
})

const CHANNEL_MUST = 'must be a channel'
const SECONDS_MUST = 'must be a number of seconds from 0 to 4294967295'
const TIME_MUST = 'must be an ISO 8601 date and time with "Z" or an offset'

const contentTypeField = cached(CONTENT_TYPE, isText, 'must be a string')
const responseChannelField = cached(RESPONSE_CHANNEL, isName, CHANNEL_MUST)
const expiryField = cached(EXPIRY, isSeconds, SECONDS_MUST)
const keyField = new CachedField(KEY, (line) => {
  const value = parseField(line, KEY)
  const key = parseTextOrBytes(value)
  if (key === undefined) throw badField('key', value, `must be ${TEXT_OR_BYTES}`)
  return key
})
const correlationField = new CachedField(CORRELATION, (line) => {
  const value = parseField(line, CORRELATION)
  if (!isBase64(value)) throw badField('correlation', value, 'must be base64')
  return Buffer.from(value, 'base64')
})
const sourceTimeField = new CachedField(SOURCE_TIME, (line) => {
  const value = parseField(line, SOURCE_TIME)
  const time = typeof value === 'string' ? parseTimestamp(value) : undefined
  if (time === undefined) throw badField('sourceTime', value, TIME_MUST)
  return time
})

/** What the field `mqtt` says: the guarantee of any protocol, MQTT's own, and what version 0.1 wrote there. */
interface MqttField {
  readonly guarantee?: Guarantee | undefined
  readonly mqtt?: MqttBinding | undefined
  readonly contentType?: string | undefined
  readonly expiry?: number | undefined
  readonly responseChannel?: string | undefined
  readonly correlation?: Uint8Array | undefined
  readonly hasFacts: boolean
}

const NOTHING_SAID: MqttField = { hasFacts: false }

let lastDefaults = NO_DEFAULTS
let parseMqtt = new CachedField(MQTT, (line) => readMqtt(parseField(line, MQTT), lastDefaults))

function mqttField(line: Uint8Array, defaults: EnvelopeDefaults): MqttField {
  if (defaults !== lastDefaults) {
    lastDefaults = defaults
    parseMqtt = new CachedField(MQTT, (bytes) => readMqtt(parseField(bytes, MQTT), defaults))
  }
  const said = parseMqtt.read(line)
  if (said !== undefined) return said
  return defaults.mqtt === undefined ? NOTHING_SAID : readMqtt({}, defaults)
}

function readMqtt(value: unknown, defaults: EnvelopeDefaults): MqttField {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badField('mqtt', value, 'must be an object')
  const fields = new FieldReader({ ...value }, 'mqtt.')
  const contentType = fields.read('contentType', isText, 'must be a string')
  const expiry = fields.read('expiry', isSeconds, SECONDS_MUST)
  const responseChannel = fields.read('responseChannel', isName, CHANNEL_MUST)
  const correlation = fields.read('correlation', isBase64, 'must be base64')
  return {
    guarantee: fields.read('qos', isGuarantee, 'must be 0, 1 or 2'),
    mqtt: readMqttBinding(fields, defaults.mqtt),
    contentType,
    expiry,
    responseChannel,
    correlation: correlation === undefined ? undefined : Buffer.from(correlation, 'base64'),
    hasFacts: [contentType, expiry, responseChannel, correlation].some((fact) => fact !== undefined)
  }
}

const headersField = new CachedField(HEADERS, parseHeaders)

let mergedHeaders: { own: readonly Header[]; defaults: readonly Header[]; all: readonly Header[] } | undefined

/** A default header is for lines that have none of its name. */
function readHeaders(
  line: Uint8Array,
  { headers: defaults = NO_HEADERS }: EnvelopeDefaults
): readonly Header[] {
  const own = headersField.read(line)
  if (own === undefined || own.length === 0) return defaults
  if (defaults.length === 0) return own
  if (mergedHeaders?.own !== own || mergedHeaders.defaults !== defaults) {
    const added = defaults.filter(([name]) => !own.some(([ownName]) => ownName === name))
    mergedHeaders = { own, defaults, all: added.length === 0 ? own : [...own, ...added] }
  }
  return mergedHeaders.all
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
  if (time === undefined) throw badField('time', parseField(line, TIME), TIME_MUST)
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

function readPayload(line: Uint8Array): Uint8Array | null {
  const start = starts[PAYLOAD] as number
  const end = ends[PAYLOAD] as number
  if (start < 0) throw badEnvelope('field "payload" is missing')
  const encoding = readEncoding(line)
  if (encoding === 'json') return readJson(line, start, end)
  if (encoding === 'null') {
    if (line[start] === 0x6e) return null
    throw badField('payload', parseField(line, PAYLOAD), 'must be null, as "encoding" is "null"')
  }
  if (encoding !== 'text' && encoding !== 'base64')
    throw badField('encoding', encoding, 'must be "json", "text", "base64" or "null"')
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
