import { ByteWriter } from '../byte-writer.js'
import { compactJson, scanJson } from '../json/json-text.js'
import type { Header, Message, MqttBinding } from '../message.js'
import { formatTimestamp } from '../timestamp.js'
import { asBuffer, decodeUtf8, isUtf8 } from '../utf8.js'
import { visibleText } from '../visible-text.js'

type Encoding = 'json' | 'text' | 'base64'

/**
 * Appends the message as one envelope line with its line feed. The payload comes back byte for byte: JSON is spliced in verbatim,
 * other UTF-8 is a string, anything else is base64. Whatever the message holds, it is one line and no terminal control is in what
 * we write as strings; JSON that spans lines is put on one, and `raw` keeps its exact text.
 */
export function encodeEnvelope(message: Message, into: ByteWriter): void {
  writeStart(message.channel, into)
  if (message.time !== undefined) writeTime(message.time, into)
  const encoding = writePayload(message.payload, into)
  writeEnd(message, encoding, into)
}

/** The same as text, without the line feed. */
export function formatEnvelope(message: Message): string {
  const line = new ByteWriter(message.payload.length * 2 + 256)
  encodeEnvelope(message, line)
  return decodeUtf8(line.take(), 0).slice(0, -1)
}

// Messages come in runs from one channel, and most of a line is the same as in the one before.
let lastChannel: string | undefined
let lastStart: Uint8Array = Buffer.alloc(0)

function writeStart(channel: string, into: ByteWriter): void {
  if (channel !== lastChannel) {
    lastStart = Buffer.from(`{"channel":${quoteJson(channel)}`)
    lastChannel = channel
  }
  into.writeBytes(lastStart)
}

let lastTime = Number.NaN
let lastSecond = Number.NaN
const timeField = Buffer.alloc(64)
let timeFieldLength = 0

function writeTime(time: number, into: ByteWriter): void {
  if (time !== lastTime) formatTime(time)
  into.writeBytes(timeField, 0, timeFieldLength)
}

function formatTime(time: number): void {
  const second = Math.floor(time / 1_000_000)
  if (second !== lastSecond) {
    timeFieldLength = timeField.write(`,"time":"${formatTimestamp(second * 1_000_000)}"`)
    lastSecond = second
  }
  // The six digits stand before `Z"`.
  let rest = Math.floor(time - second * 1_000_000)
  for (let at = timeFieldLength - 3; at > timeFieldLength - 9; at--) {
    timeField[at] = 0x30 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
  lastTime = time
}

const PAYLOAD = Buffer.from(',"payload":')

function writePayload(payload: Uint8Array, into: ByteWriter): Encoding {
  into.writeBytes(PAYLOAD)
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

const QUOTE = 0x22

/** Whether the bytes are a JSON string's content as they are: printable ASCII without `"` and `\\`. */
function isPlainText(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (!isPlainCharacter(bytes[at] as number)) return false
  return true
}

function isPlainCharacter(code: number): boolean {
  return code >= 0x20 && code < 0x7f && code !== QUOTE && code !== 0x5c
}

/** The ends of lines without headers and MQTT 5 properties, which are few: by encoding, QoS, retain and dup. */
const plainEnds = new Map<number, Uint8Array>()

function writeEnd(message: Message, encoding: Encoding, into: ByteWriter): void {
  const { headers, mqtt } = message
  if (headers.length > 0 || !isPlain(mqtt)) {
    into.writeText(formatEnd(headers, mqtt, encoding))
    return
  }
  const kind = encoding === 'json' ? 0 : encoding === 'text' ? 1 : 2
  const key = kind * 16 + mqtt.qos * 4 + (mqtt.retain ? 2 : 0) + (mqtt.dup === true ? 1 : 0)
  let end = plainEnds.get(key)
  if (end === undefined) {
    end = Buffer.from(formatEnd(headers, mqtt, encoding))
    plainEnds.set(key, end)
  }
  into.writeBytes(end)
}

function isPlain(mqtt: MqttBinding): boolean {
  return (
    mqtt.payloadUtf8 === undefined &&
    mqtt.expiry === undefined &&
    mqtt.contentType === undefined &&
    mqtt.responseChannel === undefined &&
    mqtt.correlation === undefined &&
    mqtt.subscriptionIds === undefined
  )
}

function formatEnd(headers: readonly Header[], mqtt: MqttBinding, encoding: Encoding): string {
  const listed = headers.length === 0 ? '' : `,"headers":${formatHeaders(headers)}`
  return `,"encoding":"${encoding}"${listed},"mqtt":${formatBinding(mqtt)}}\n`
}

/** An object in the order of first appearance; written as text, because a JavaScript object would reorder names like `1`. */
function formatHeaders(headers: readonly Header[]): string {
  const values = new Map<string, string[]>()
  for (const [name, value] of headers) {
    const sameName = values.get(name)
    if (sameName === undefined) values.set(name, [quoteJson(value)])
    else sameName.push(quoteJson(value))
  }
  const members = Array.from(values, ([name, texts]) => {
    const text = texts.join(',')
    return `${quoteJson(name)}:${texts.length === 1 ? text : `[${text}]`}`
  })
  return `{${members.join(',')}}`
}

function formatBinding(mqtt: MqttBinding): string {
  let text = `{"qos":${mqtt.qos},"retain":${mqtt.retain}`
  if (mqtt.dup === true) text += ',"dup":true'
  if (mqtt.payloadUtf8 !== undefined) text += `,"payloadUtf8":${mqtt.payloadUtf8}`
  if (mqtt.expiry !== undefined) text += `,"expiry":${mqtt.expiry}`
  if (mqtt.contentType !== undefined) text += `,"contentType":${quoteJson(mqtt.contentType)}`
  if (mqtt.responseChannel !== undefined) text += `,"responseChannel":${quoteJson(mqtt.responseChannel)}`
  if (mqtt.correlation !== undefined)
    text += `,"correlation":"${asBuffer(mqtt.correlation).toString('base64')}"`
  if (mqtt.subscriptionIds !== undefined) text += `,"subscriptionIds":[${mqtt.subscriptionIds.join(',')}]`
  return `${text}}`
}

/** A JSON string; most need no escape, and finding that out is faster than JSON.stringify. */
function quoteJson(text: string): string {
  for (let at = 0; at < text.length; at++)
    if (!isPlainCharacter(text.charCodeAt(at))) return quoteUnusual(text)
  return `"${text}"`
}

/** `visibleText` writes what JSON allows raw but a terminal obeys as JSON's own escapes, so nothing changes. */
function quoteUnusual(text: string): string {
  return visibleText(JSON.stringify(text))
}
