import type { AmqpBinding } from '../amqp/amqp-binding.js'
import { ByteWriter } from '../byte-writer.js'
import { compactJson, scanJson } from '../json/json-text.js'
import { type Header, type Message, payloadSize } from '../message.js'
import { asBuffer, decodeUtf8, isUtf8 } from '../utf8.js'
import { formatAmqpBinding } from './amqp-envelope.js'
import {
  formatBase64,
  formatTextOrBytes,
  isPlainCharacter,
  QUOTE,
  quoteJson,
  writeTextOrBytes
} from './json-string.js'
import { writeKafkaBinding } from './kafka-envelope.js'
import { formatMqttBinding } from './mqtt-envelope.js'
import { TimeMember } from './time-member.js'
import { formatViolations } from './violations-field.js'

type Encoding = 'json' | 'text' | 'base64' | 'null'

/**
 * Appends the message as one envelope line with its line feed. A reader gets the payload back byte for byte: JSON is copied verbatim,
 * other UTF-8 becomes a string, and everything else becomes base64. Any message becomes exactly one line, and the strings that are
 * written hold no terminal control. JSON that spans lines is put on one line, and `raw` keeps its exact text.
 */
export function encodeEnvelope(message: Message, into: ByteWriter): void {
  writeHead(message, into)
  const { key } = message
  if (key !== undefined) {
    into.writeBytes(KEY)
    writeTextOrBytes(key, into)
  }
  const encoding = writePayload(message.payload, into)
  writeEnd(message, encoding, into)
}

/** The envelope line as text, without its line feed. */
export function formatEnvelope(message: Message): string {
  const line = new ByteWriter(payloadSize(message) * 2 + 256)
  encodeEnvelope(message, line)
  return decodeUtf8(line.take(), 0).slice(0, -1)
}

// The head of the last line is kept, because the messages of one chunk of the network often share it.
let lastTime: number | undefined
let lastSourceTime: number | undefined
let lastHead: Uint8Array | undefined

/** Writes the members up to the times. */
function writeHead({ channel, time, sourceTime }: Message, into: ByteWriter): void {
  const isLikeLast = channel === lastChannel && time === lastTime && sourceTime === lastSourceTime
  if (isLikeLast && lastHead !== undefined) {
    into.writeBytes(lastHead)
    return
  }
  // A head that is used once is not worth keeping.
  const to = isLikeLast ? new ByteWriter(256) : into
  writeStart(channel, to)
  if (time !== undefined) timeMember.write(time, to)
  if (sourceTime !== undefined) sourceTimeMember.write(sourceTime, to)
  lastTime = time
  lastSourceTime = sourceTime
  lastHead = isLikeLast ? to.take() : undefined
  if (lastHead !== undefined) into.writeBytes(lastHead)
}

// The last channel is kept, too.
let lastChannel: string | undefined
let lastStart: Uint8Array = Buffer.alloc(0)

function writeStart(channel: string, into: ByteWriter): void {
  if (channel !== lastChannel) {
    lastStart = Buffer.from(`{"channel":${quoteJson(channel)}`)
    lastChannel = channel
  }
  into.writeBytes(lastStart)
}

const timeMember = new TimeMember('time')
const sourceTimeMember = new TimeMember('sourceTime')

const KEY = Buffer.from(',"key":')
const PAYLOAD = Buffer.from(',"payload":')

/** The field `encoding` that an envelope has with this payload. */
export function encodingOf(payload: Uint8Array | null): Encoding {
  if (payload === null) return 'null'
  if (scanJson(payload).ok) return 'json'
  return isUtf8(payload) ? 'text' : 'base64'
}

function writePayload(payload: Uint8Array | null, into: ByteWriter): Encoding {
  into.writeBytes(PAYLOAD)
  if (payload === null) {
    into.writeText('null')
    return 'null'
  }
  const scan = scanJson(payload)
  if (scan.ok) {
    into.writeBytes(scan.compact ? payload : compactJson(payload))
    if (!scan.compact) into.writeText(`,"raw":${quoteJson(decodeUtf8(payload))}`)
    return 'json'
  }
  if (isPlainText(payload)) {
    into.writeByte(QUOTE)
    into.writeBytes(payload)
    into.writeByte(QUOTE)
    return 'text'
  }
  if (isUtf8(payload)) {
    into.writeText(quoteJson(decodeUtf8(payload)))
    return 'text'
  }
  into.writeText(`"${asBuffer(payload).toString('base64')}"`)
  return 'base64'
}

/** Whether the bytes need no escape in a JSON string: printable ASCII without `"` and `\\`. */
function isPlainText(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (!isPlainCharacter(bytes[at] as number)) return false
  return true
}

/** The ends of lines without rarer fields. There are few such ends: one for each combination of encoding, guarantee, retain and dup. */
const plainEnds = new Map<number, Uint8Array>()
const ENCODINGS: readonly Encoding[] = ['json', 'text', 'base64', 'null']

function writeEnd(message: Message, encoding: Encoding, into: ByteWriter): void {
  writeFacts(message, encoding, into)
  if (message.kafka !== undefined) writeKafkaBinding(message.kafka, into)
  if (message.violations !== undefined) into.writeText(formatViolations(message.violations))
  into.writeByte(CLOSING)
  into.writeByte(LINE_FEED)
}

const CLOSING = 0x7d
const LINE_FEED = 0x0a

function writeFacts(message: Message, encoding: Encoding, into: ByteWriter): void {
  if (!isPlain(message)) {
    into.writeText(formatEnd(message, encoding))
    return
  }
  const { mqtt, guarantee = 3 } = message
  const flags = mqtt === undefined ? 0 : 4 + (mqtt.retain ? 2 : 0) + (mqtt.dup === true ? 1 : 0)
  const key = ENCODINGS.indexOf(encoding) * 32 + guarantee * 8 + flags
  const ends = endsWith(message.amqp)
  let end = ends.get(key)
  if (end === undefined) {
    end = Buffer.from(formatEnd(message, encoding))
    ends.set(key, end)
  }
  into.writeBytes(end)
}

let lastAmqp: AmqpBinding | undefined
const lastAmqpEnds = new Map<number, Uint8Array>()

/** Consecutive messages of AMQP often share one binding. Their ends are kept until another binding comes. */
function endsWith(amqp: AmqpBinding | undefined): Map<number, Uint8Array> {
  if (amqp === undefined) return plainEnds
  if (amqp !== lastAmqp) lastAmqpEnds.clear()
  lastAmqp = amqp
  return lastAmqpEnds
}

function isPlain(message: Message): boolean {
  const { mqtt } = message
  return (
    message.headers.length === 0 &&
    message.contentType === undefined &&
    message.responseChannel === undefined &&
    message.correlation === undefined &&
    message.expiry === undefined &&
    (mqtt === undefined || (mqtt.payloadUtf8 === undefined && mqtt.subscriptionIds === undefined))
  )
}

function formatEnd(message: Message, encoding: Encoding): string {
  const { headers, contentType, responseChannel, correlation, expiry, guarantee, mqtt, amqp } = message
  let text = `,"encoding":"${encoding}"`
  if (contentType !== undefined) text += `,"contentType":${quoteJson(contentType)}`
  if (responseChannel !== undefined) text += `,"responseChannel":${quoteJson(responseChannel)}`
  if (correlation !== undefined) text += `,"correlation":${formatBase64(correlation)}`
  if (expiry !== undefined) text += `,"expiry":${expiry}`
  if (headers.length > 0) text += `,"headers":${formatHeaders(headers)}`
  return `${text}${formatMqttBinding(guarantee, mqtt)}${formatAmqpBinding(amqp)}`
}

/**
 * Headers as an object in their order; adjacent repeats of a name become an array. The object is written as text, because a JavaScript
 * object would reorder names like `1`. If repeats of a name are not adjacent, headers become an array of pairs, which keeps the order.
 */
function formatHeaders(headers: readonly Header[]): string {
  const names = new Set<string>()
  const members: { name: string; values: string[] }[] = []
  for (const [name, value] of headers) {
    const last = members.at(-1)
    if (last?.name === name) last.values.push(formatTextOrBytes(value))
    else if (names.has(name)) return formatPairs(headers)
    else members.push({ name, values: [formatTextOrBytes(value)] })
    names.add(name)
  }
  const texts = members.map(({ name, values: [first = '', ...others] }) => {
    const value = others.length === 0 ? first : `[${[first, ...others].join(',')}]`
    return `${quoteJson(name)}:${value}`
  })
  return `{${texts.join(',')}}`
}

function formatPairs(headers: readonly Header[]): string {
  return `[${headers.map(([name, value]) => `[${quoteJson(name)},${formatTextOrBytes(value)}]`).join(',')}]`
}
