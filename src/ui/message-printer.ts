import { isRedelivered, isRetained, type Message } from '../core/message.js'
import { payloadKind } from '../core/payload.js'
import { decodeUtf8 } from '../core/utf8.js'
import { visibleText } from '../core/visible-text.js'
import { formatHexDump } from './hex-dump.js'
import { formatJson } from './json-highlight.js'
import { formatSourceTime } from './local-time.js'
import { bindingMarks, bindingProperties, declaredAsUtf8, subscriptionsOf } from './message-binding.js'
import { type ColourLevel, createTheme, type Theme } from './theme.js'
import { visibleValue } from './visible-value.js'

export interface MessagePrinterOptions {
  /** 0 (no colour) to 3. The caller decides, from NO_COLOR and FORCE_COLOR. */
  readonly colour: ColourLevel
  /** Columns of the terminal. */
  readonly width: number
}

const MARGIN = '  '
/** How many bytes of text or JSON are shown before the rest is only counted. */
const MOST_BYTES = 64 * 1024
/** Control characters that text does not contain when a person wrote it. */
const BINARY_TEXT = /[\0-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]/

/**
 * Shows messages to people: time, channel and marks on one line, then headers and properties if there are any, then the payload as JSON,
 * text or a hex dump. The text ends with a line feed. It contains no control characters except line feeds and our own colours, whatever the
 * message contains.
 */
export function createMessagePrinter(options: MessagePrinterOptions): (message: Message) => string {
  const theme = createTheme(options.colour)
  const width = Math.max(options.width - MARGIN.length, 20)
  const formatTime = createClockFormat(theme)
  // Consecutive messages often have the same channel and marks, so the last head is reused.
  let last: { message: Message; head: string } | undefined
  return (message) => {
    const { payload, headers, time } = message
    if (last === undefined || !isHeadedAlike(last.message, message))
      last = { message, head: formatHead(message, theme) }
    let shown = time === undefined ? last.head : `${formatTime(time)}  ${last.head}`
    for (const [name, value] of headers)
      shown += `${MARGIN}${theme.name(visibleText(name))}: ${visibleValue(value)}\n`
    const properties = formatProperties(message)
    if (properties.length > 0) shown += `${MARGIN}${theme.faint(properties.join(' · '))}\n`
    return `${shown}${formatPayload(payload, width, theme)}\n`
  }
}

const isHeadedAlike = (one: Message, other: Message) =>
  one.channel === other.channel &&
  one.guarantee === other.guarantee &&
  isRetained(one) === isRetained(other) &&
  isRedelivered(one) === isRedelivered(other)

function formatHead(message: Message, theme: Theme): string {
  const { channel, guarantee } = message
  const qos = guarantee === undefined ? [] : [theme.faint(`QoS ${guarantee}`)]
  const marks = [...qos, ...bindingMarks(message).map((mark) => theme.mark(mark))].join(' ')
  return `${theme.channel(visibleText(channel))}${marks === '' ? '' : `  ${marks}`}\n`
}

/** Local time, `19:05:01.123`. Many consecutive messages have the same second, so it is formatted once. */
function createClockFormat(theme: Theme): (time: number) => string {
  let lastSecond = Number.NaN
  let start = ''
  let lastTime = Number.NaN
  let shown = ''
  return (time) => {
    if (time === lastTime) return shown
    lastTime = time
    const milliseconds = Math.floor(time / 1000)
    const second = Math.floor(milliseconds / 1000)
    if (second !== lastSecond) {
      const date = new Date(second * 1000)
      start = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => pad(part, 2)).join(':')
      lastSecond = second
    }
    shown = theme.faint(`${start}.${pad(milliseconds - second * 1000, 3)}`)
    return shown
  }
}

function pad(number: number, digits: number): string {
  return String(number).padStart(digits, '0')
}

function formatProperties(message: Message): string[] {
  const { key, contentType, expiry, responseChannel, correlation, sourceTime } = message
  const properties: string[] = []
  if (key !== undefined) properties.push(`key ${visibleValue(key)}`)
  if (contentType !== undefined) properties.push(visibleText(contentType))
  if (declaredAsUtf8(message)) properties.push('declared as UTF-8')
  if (expiry !== undefined) properties.push(`expires in ${expiry} s`)
  if (responseChannel !== undefined) properties.push(`answer to ${visibleText(responseChannel)}`)
  if (correlation !== undefined) properties.push(`correlation ${Buffer.from(correlation).toString('hex')}`)
  const subscriptions = subscriptionsOf(message)
  if (subscriptions !== '') properties.push(`subscription ${subscriptions}`)
  properties.push(...bindingProperties(message))
  if (sourceTime !== undefined) properties.push(`published ${formatSourceTime(sourceTime, message.time)}`)
  return properties
}

function formatPayload(payload: Uint8Array | null, width: number, theme: Theme): string {
  if (payload === null) return MARGIN + theme.faint('(no payload)')
  const kind = payloadKind(payload)
  if (kind === 'empty') return MARGIN + theme.faint('(empty)')
  if (kind === 'binary') return formatBinary(payload, width, theme)
  if (payload.length > MOST_BYTES) {
    const rest = payload.length - MOST_BYTES
    const text = formatText(decodeUtf8(payload, 0, MOST_BYTES))
    return `${text}\n${MARGIN}${theme.faint(`… ${rest} more ${rest === 1 ? 'byte' : 'bytes'}: --raw or --json shows all`)}`
  }
  const text = decodeUtf8(payload)
  if (kind === 'json') return formatJson(text, MARGIN, width, theme)
  return BINARY_TEXT.test(text) ? formatBinary(payload, width, theme) : formatText(text)
}

/** Text keeps its lines. A tab also controls the terminal, so it becomes spaces. */
function formatText(text: string): string {
  const visible = visibleText(text.replaceAll('\r\n', '\n').replace(/\n$/, ''), { keepLines: true })
  return MARGIN + visible.replaceAll('\t', '    ').replaceAll('\n', `\n${MARGIN}`)
}

function formatBinary(payload: Uint8Array, width: number, theme: Theme): string {
  return formatHexDump(payload, width)
    .map((line) => MARGIN + theme.faint(line))
    .join('\n')
}
