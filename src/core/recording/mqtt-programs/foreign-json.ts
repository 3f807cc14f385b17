import { whyNotName } from '../../channel-grammar.js'
import { parseHeaders } from '../../envelope/headers-field.js'
import { TidingsError } from '../../errors.js'
import { findJsonValue } from '../../json/json-pointer.js'
import { compactJson, scanJson } from '../../json/json-text.js'
import { type Header, type Message, type MessageFacts, NO_HEADERS } from '../../message.js'
import { parseTimestamp } from '../../timestamp.js'
import { type JsonElement, jsonElements } from '../json-elements.js'
import { atLine, type RecordingItem } from '../recording-item.js'
import { RecordingPosition } from '../recording-position.js'
import { isBase64, judgeBase64 } from './base64-judgement.js'

const PAYLOAD = ['payload']
const USER_PROPERTIES = ['properties', 'userProperties']

export interface ReadJsonOptions {
  readonly name: string
  readonly position?: RecordingPosition | undefined
  /** Whether mqtt_recorder's payloads are base64; found out from the first ones when absent. */
  readonly base64: boolean | undefined
}

type Fields = Readonly<Record<string, unknown>>

/** A message, `sent` for one that MQTTX itself has published, or nothing for what is no message. */
type Read = Message | 'sent' | undefined

/**
 * Reads a list of messages as mqtt_recorder writes it to a `.json` file, or connections with their messages as MQTTX exports them: one
 * connection after the other, and of each what it has received. Times of MQTTX name no zone, and are taken for UTC.
 * @throws TidingsError of kind bad-input if payloads may be base64 or not, or if MQTTX has received none of the messages
 */
export async function* readJsonRecording(
  chunks: AsyncIterable<Uint8Array>,
  { name, base64, position = new RecordingPosition() }: ReadJsonOptions
): AsyncGenerator<RecordingItem[]> {
  let encoded = base64
  let sent = 0
  let received = 0
  for await (const elements of jsonElements(chunks)) {
    encoded ??= judgeElements(elements, name)
    const items: RecordingItem[] = []
    for (const element of elements) {
      try {
        const read = readElement(element, encoded === true)
        if (read === 'sent') sent++
        if (read === undefined || read === 'sent') continue
        received++
        items.push({ position: position.place(undefined, read.time), message: read })
      } catch (error) {
        items.push({ position: position.last, broken: atLine(error, name, element.line, element.torn) })
      }
    }
    yield items
  }
  if (sent > 0 && received === 0) throw onlySent(name, sent)
}

/** `undefined` while no payload of mqtt_recorder was met. */
function judgeElements(elements: readonly JsonElement[], name: string): boolean | undefined {
  const payloads = elements
    .filter(({ isInner, torn, bytes }) => !isInner && !torn && scanJson(bytes).ok)
    .map(({ bytes }) => parseFields(bytes))
    .filter(({ topic }) => topic !== undefined)
    .map(({ payload }) => payload)
  if (payloads.length === 0) return undefined
  return payloads.every((payload) => typeof payload === 'string') ? judgeBase64(payloads, name) : false
}

function parseFields(bytes: Uint8Array): Fields {
  const scan = scanJson(bytes)
  if (!scan.ok) throw bad(`it is not JSON at byte ${scan.offset + 1}: ${scan.reason}`)
  const value: unknown = JSON.parse(Buffer.from(bytes).toString())
  return isFields(value) ? value : {}
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readElement({ bytes, isInner, torn }: JsonElement, base64: boolean): Read {
  if (torn) throw bad('it ends too early')
  const fields = parseFields(bytes)
  if (isInner) return fields.out === true ? 'sent' : readMqttxMessage(bytes, fields)
  if (fields.topic !== undefined) return readRecorderMessage(bytes, fields, base64)
  if ('clientId' in fields || fields.isCollection === true) return undefined
  throw new TidingsError('bad-input', 'it is neither a message of mqtt_recorder nor a connection of MQTTX', {
    code: 'bad-json-recording',
    ...('channel' in fields && {
      suggestion: "jq -c '.[]' makes lines of a list: a recording has one object per line"
    })
  })
}

function readRecorderMessage(bytes: Uint8Array, fields: Fields, base64: boolean): Message {
  const { timestamp } = fields
  if (typeof timestamp !== 'number' || !Number.isFinite(timestamp)) throw bad('its timestamp is not a number')
  return {
    ...readCommon(bytes, fields, base64),
    headers: NO_HEADERS,
    time: Math.round(timestamp * 1_000_000)
  }
}

/** `2026-11-23 19:05:01`, in later versions with `:123` for milliseconds. */
function readMqttxMessage(bytes: Uint8Array, fields: Fields): Message {
  const { createAt } = fields
  const time =
    typeof createAt === 'string'
      ? (parseTimestamp(createAt) ?? parseTimestamp(`${createAt.replace(/(:\d\d):(\d{3})$/, '$1.$2')}Z`))
      : undefined
  if (time === undefined) throw bad('its createAt is not a time')
  const properties = isFields(fields.properties) ? fields.properties : {}
  const { payloadFormatIndicator } = properties
  const common = readCommon(bytes, fields, false)
  return {
    ...common,
    ...(typeof payloadFormatIndicator === 'boolean' && {
      mqtt: { ...common.mqtt, payloadUtf8: payloadFormatIndicator }
    }),
    ...readProperties(properties),
    headers: readHeaders(bytes),
    time
  }
}

function readCommon(bytes: Uint8Array, { topic, qos, retain }: Fields, base64: boolean) {
  if (typeof topic !== 'string') throw bad('its topic is not a string')
  const why = whyNotName(topic)
  if (why !== undefined) throw bad(`its topic cannot be used: ${why}`)
  if (qos !== 0 && qos !== 1 && qos !== 2) throw bad('its qos is not 0, 1 or 2')
  if (typeof retain !== 'boolean') throw bad('its retain is neither true nor false')
  const guarantee: 0 | 1 | 2 = qos
  return { channel: topic, payload: readPayload(bytes, base64), guarantee, mqtt: { retain } }
}

/** A string is the payload's text; any other value is the payload itself, as the file has it, but for line ends. */
function readPayload(bytes: Uint8Array, base64: boolean): Uint8Array {
  const place = findJsonValue(bytes, PAYLOAD)
  if (place === undefined) throw bad('it has no payload')
  const token = bytes.subarray(place.start, place.end)
  if (token[0] !== 0x22) return token.includes(0x0a) ? compactJson(token) : token
  const text = String(JSON.parse(Buffer.from(token).toString()))
  if (/\p{Surrogate}/u.test(text)) throw bad('its payload holds half of a surrogate pair')
  if (base64 && !isBase64(text)) throw bad('its payload is not base64')
  return Buffer.from(text, base64 ? 'base64' : 'utf8')
}

function readHeaders(bytes: Uint8Array): readonly Header[] {
  const place = findJsonValue(bytes, USER_PROPERTIES)
  return place === undefined || bytes[place.start] !== 0x7b
    ? NO_HEADERS
    : parseHeaders(bytes, place.start, place.end)
}

function readProperties(properties: Fields): Partial<MessageFacts> {
  const { messageExpiryInterval, contentType, responseTopic, correlationData } = properties
  return {
    ...(typeof messageExpiryInterval === 'number' && { expiry: messageExpiryInterval }),
    ...(typeof contentType === 'string' && { contentType }),
    ...(typeof responseTopic === 'string' && { responseChannel: responseTopic }),
    ...(typeof correlationData === 'string' && { correlation: Buffer.from(correlationData) })
  }
}

function bad(why: string): TidingsError {
  return new TidingsError('bad-input', why, { code: 'bad-json-recording' })
}

function onlySent(name: string, sent: number): TidingsError {
  return new TidingsError(
    'bad-input',
    `cannot read "${name}": MQTTX has published its ${sent} messages and received none`,
    {
      code: 'nothing-received',
      suggestion: 'subscribe to their topics in MQTTX: what it receives is the recording',
      details: { file: name }
    }
  )
}
