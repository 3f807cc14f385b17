import { whyNotChannel } from '../channel-name.js'
import { TidingsError } from '../errors.js'
import { newFinding, scanJsonString, scanJsonValue, skipWhiteSpace } from '../json/json-scan.js'
import type { Header, MqttBinding, Qos } from '../message.js'
import { decodeUtf8 } from '../utf8.js'
import { visibleText } from '../visible-text.js'

/** What an envelope line that does not say it gets; a QoS of 1 and no retain, unless given. */
export interface EnvelopeDefaults extends Partial<MqttBinding> {
  readonly channel?: string
  /** Each for lines that have no header of this name. */
  readonly headers?: readonly Header[]
}

/** The reason alone: whoever reads the lines adds the file and the line's number. */
export function badEnvelope(reason: string): TidingsError {
  return new TidingsError('bad-input', reason, {
    code: 'bad-envelope',
    suggestion:
      'a line looks like {"channel":"lights/1","payload":{"on":true}}; "tidings subscribe --json" writes such lines'
  })
}

const LONGEST_VALUE = 60

export function badField(name: string, value: unknown, must: string): TidingsError {
  const text = visibleText(JSON.stringify(value))
  const shown = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
  return badEnvelope(`field "${visibleText(name)}" is ${shown}: ${must}`)
}

/** The value of the field `mqtt`; unknown members are ignored, `null` counts as absent. */
export function parseBinding(value: unknown, defaults: EnvelopeDefaults): MqttBinding {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badField('mqtt', value, 'must be an object')
  const fields = new Map<string, unknown>(Object.entries(value))
  const read = <T>(name: string, accepts: (field: unknown) => field is T, must: string): T | undefined => {
    const field = fields.get(name) ?? undefined
    if (field === undefined || accepts(field)) return field
    throw badField(`mqtt.${name}`, field, must)
  }
  const dup = read('dup', isBoolean, 'must be true or false')
  const payloadUtf8 = read('payloadUtf8', isBoolean, 'must be true or false') ?? defaults.payloadUtf8
  const expiry =
    read('expiry', isSeconds, 'must be a number of seconds from 0 to 4294967295') ?? defaults.expiry
  const contentType = read('contentType', isText, 'must be a string') ?? defaults.contentType
  const responseChannel =
    read('responseChannel', isChannel, 'must be a channel, without wildcards') ?? defaults.responseChannel
  const ownCorrelation = read('correlation', isBase64, 'must be base64')
  const correlation =
    ownCorrelation === undefined ? defaults.correlation : Buffer.from(ownCorrelation, 'base64')
  const subscriptionIds = read('subscriptionIds', isIds, 'must be a list of numbers from 1 to 268435455')
  return {
    qos: read('qos', isQos, 'must be 0, 1 or 2') ?? defaults.qos ?? 1,
    retain: read('retain', isBoolean, 'must be true or false') ?? defaults.retain ?? false,
    ...(dup === true && { dup }),
    ...(payloadUtf8 !== undefined && { payloadUtf8 }),
    ...(expiry !== undefined && { expiry }),
    ...(contentType !== undefined && { contentType }),
    ...(responseChannel !== undefined && { responseChannel }),
    ...(correlation !== undefined && { correlation }),
    ...(subscriptionIds !== undefined && { subscriptionIds })
  }
}

function isQos(value: unknown): value is Qos {
  return value === 0 || value === 1 || value === 2
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value)
}

function isChannel(value: unknown): value is string {
  return typeof value === 'string' && whyNotChannel(value) === undefined
}

function isSeconds(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffff_ffff
}

function isIds(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((id) => Number.isInteger(id) && id >= 1 && id <= 268_435_455)
}

/** Strict, because Node's decoder skips over whatever is not base64. */
export function isBase64(value: unknown): value is string {
  return typeof value === 'string' && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value)
}

const found = newFinding()

/**
 * The value of the field `headers`, valid JSON from `start` to before `end`: an object whose values are strings, or arrays of strings
 * for repeated names. Read from the text, because a JavaScript object would reorder names like `1` and drop repeated ones.
 */
export function parseHeaders(line: Uint8Array, start: number, end: number): readonly Header[] {
  if (line[start] !== 0x7b)
    throw badField('headers', JSON.parse(decodeUtf8(line, start, end)), 'must be an object')
  const headers: Header[] = []
  let at = skipWhiteSpace(line, start + 1, end, found)
  while (line[at] === 0x22) {
    const nameStart = at
    at = scanJsonString(line, at, end, found)
    const name: unknown = JSON.parse(decodeUtf8(line, nameStart, at))
    // The colon stands where white space ends.
    at = skipWhiteSpace(line, skipWhiteSpace(line, at, end, found) + 1, end, found)
    scanJsonValue(line, at, end, found)
    const value: unknown = JSON.parse(decodeUtf8(line, at, found.end))
    at = skipWhiteSpace(line, found.end, end, found)
    if (line[at] === 0x2c) at = skipWhiteSpace(line, at + 1, end, found)
    for (const each of Array.isArray(value) ? value : [value]) {
      if (!isText(name) || !isText(each))
        throw badField(`headers.${name}`, value, 'must be a string or a list of strings, in valid Unicode')
      headers.push([name, each])
    }
  }
  return headers
}
