import { whyNotName } from '../../channel-grammar.js'
import { parseHeaders } from '../../envelope/headers-field.js'
import { TidingsError } from '../../errors.js'
import { findJsonValue } from '../../json/json-pointer.js'
import { scanJson } from '../../json/json-text.js'
import { type Header, type Message, type MessageFacts, NO_HEADERS } from '../../message.js'
import { parseTimestamp } from '../../timestamp.js'
import { isUtf8 } from '../../utf8.js'

const PAYLOAD = ['payload']
const USER_PROPERTIES = ['properties', 'user-properties']

/**
 * Reads a line of `mosquitto_sub -F %j` (payload as a string) or `-F %J` (payload as a JSON value); `payloadlen` tells which of the
 * two. Throws a `TidingsError` of kind bad-input, also for a payload that `%j` has cut: `%j` ends a payload at a NUL.
 */
export function parseMosquittoLine(bytes: Uint8Array): Message {
  const { line, raw } = asUtf8(bytes)
  const fields = parseObject(line)
  const { topic, qos, retain, payloadlen } = fields
  if (typeof topic !== 'string') throw bad('field "topic" is missing')
  if (qos !== 0 && qos !== 1 && qos !== 2) throw bad('field "qos" must be 0, 1 or 2')
  const properties = isObject(fields.properties) ? fields.properties : {}
  const time = readTime(fields.tst)
  return {
    channel: checkName(topic),
    payload: readPayload(line, typeof payloadlen === 'number' ? payloadlen : undefined, raw),
    headers: readHeaders(line),
    guarantee: qos,
    mqtt: { retain: retain === 1 || retain === true, ...payloadUtf8Of(properties) },
    ...readProperties(properties),
    ...(time !== undefined && { time })
  }
}

/** `%j` copies a payload that is not UTF-8 unchanged. Such a line is read as Latin-1: each byte is one character. */
function asUtf8(bytes: Uint8Array): { line: Uint8Array; raw: boolean } {
  if (isUtf8(bytes)) return { line: bytes, raw: false }
  return { line: Buffer.from(Buffer.from(bytes).toString('latin1')), raw: true }
}

function parseObject(line: Uint8Array): Record<string, unknown> {
  const scan = scanJson(line)
  if (!scan.ok) throw bad(`it is not JSON at byte ${scan.offset + 1}: ${scan.reason}`)
  const value: unknown = JSON.parse(Buffer.from(line).toString())
  if (!isObject(value)) throw bad('it is not an object')
  return value
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function checkName(topic: string): string {
  const why = whyNotName(topic)
  if (why !== undefined) throw bad(`field "topic" cannot be used: ${why}`)
  return topic
}

/** mosquitto 2.0 writes `2026-11-23T19:22:34.653758Z+0000`, later versions leave out the Z, and 1.6 writes seconds since 1970. */
function readTime(tst: unknown): number | undefined {
  if (tst === undefined) return undefined
  const time =
    typeof tst === 'number'
      ? tst * 1_000_000
      : typeof tst === 'string'
        ? parseTimestamp(tst.replace(/Z(?=[+-])/, ''))
        : undefined
  if (time === undefined) throw bad('field "tst" is not a time')
  return time
}

function readPayload(line: Uint8Array, length: number | undefined, raw: boolean): Uint8Array {
  const place = findJsonValue(line, PAYLOAD)
  if (place === undefined) throw bad('field "payload" is missing')
  const token = line.subarray(place.start, place.end)
  const text = Buffer.from(token).toString()
  if (text === 'null') return length === 4 ? token : new Uint8Array()
  if (!text.startsWith('"')) return token
  const payload = Buffer.from(JSON.parse(text) as string, raw ? 'latin1' : 'utf8')
  if (length === undefined || length === payload.length) return payload
  // %J has written a payload that is itself a JSON string.
  if (length === token.length) return token
  throw bad(`the payload was ${length} bytes, of which mosquitto_sub wrote ${payload.length}`)
}

function readHeaders(line: Uint8Array): readonly Header[] {
  const place = findJsonValue(line, USER_PROPERTIES)
  return place === undefined ? NO_HEADERS : parseHeaders(line, place.start, place.end)
}

function payloadUtf8Of(properties: Record<string, unknown>) {
  const indicator = properties['payload-format-indicator']
  return typeof indicator === 'number' ? { payloadUtf8: indicator === 1 } : {}
}

function readProperties(properties: Record<string, unknown>): Partial<MessageFacts> {
  const text = (name: string) =>
    typeof properties[name] === 'string' ? (properties[name] as string) : undefined
  const number = (name: string) =>
    typeof properties[name] === 'number' ? (properties[name] as number) : undefined
  const expiry = number('message-expiry-interval')
  const contentType = text('content-type')
  const responseChannel = text('response-topic')
  const correlation = text('correlation-data')
  return {
    ...(expiry !== undefined && { expiry }),
    ...(contentType !== undefined && { contentType }),
    ...(responseChannel !== undefined && { responseChannel }),
    ...(correlation !== undefined && { correlation: Buffer.from(correlation) })
  }
}

function bad(why: string): TidingsError {
  return new TidingsError('bad-input', why, { code: 'bad-mosquitto-line' })
}
