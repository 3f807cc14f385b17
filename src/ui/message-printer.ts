import { isRedelivered, isRetained, type Message } from '../core/message.js'
import { payloadKind } from '../core/payload.js'
import { decodeUtf8 } from '../core/utf8.js'
import { visibleText } from '../core/visible-text.js'
import { formatHexDump } from './hex-dump.js'
import { formatJson } from './json-highlight.js'
import { createTimeFormat } from './local-time.js'
import { bindingMarks, toldGuarantee } from './message-binding.js'
import { headerTexts, messageProperties } from './message-details.js'
import { isBinaryText, MARGIN, MOST_BYTES, moreBytes } from './message-payload.js'
import { type ColourLevel, createTheme, type Theme } from './theme.js'

export interface MessagePrinterOptions {
  /** 0 (no colour) to 3. The caller decides, from NO_COLOR and FORCE_COLOR. */
  readonly colour: ColourLevel
  /** Columns of the terminal. */
  readonly width: number
}

/**
 * Shows messages to people at length (`--pretty`): time, channel and marks on one line, then headers and properties if there are any, then the payload as JSON,
 * text or a hex dump. The text ends with a line feed. It contains no control characters except line feeds and our own colours, whatever the
 * message contains.
 */
export function createMessagePrinter(options: MessagePrinterOptions): (message: Message) => string {
  const theme = createTheme(options.colour)
  const width = Math.max(options.width - MARGIN.length, 20)
  const formatTime = createTimeFormat(theme.faint)
  // Consecutive messages often have the same channel and marks, so the last head is reused.
  let last: { message: Message; head: string } | undefined
  return (message) => {
    const { payload, time } = message
    if (last === undefined || !isHeadedAlike(last.message, message))
      last = { message, head: formatHead(message, theme) }
    let shown = time === undefined ? last.head : `${formatTime(time)}  ${last.head}`
    for (const [name, value] of headerTexts(message)) shown += `${MARGIN}${theme.name(name)}: ${value}\n`
    const properties = messageProperties(message)
    if (properties.length > 0) shown += `${MARGIN}${theme.faint(properties.join(' · '))}\n`
    return `${shown}${formatPayload(payload, width, theme)}\n`
  }
}

const isHeadedAlike = (one: Message, other: Message) =>
  one.channel === other.channel &&
  toldGuarantee(one) === toldGuarantee(other) &&
  isRetained(one) === isRetained(other) &&
  isRedelivered(one) === isRedelivered(other)

function formatHead(message: Message, theme: Theme): string {
  const { channel } = message
  const guarantee = toldGuarantee(message)
  const qos = guarantee === undefined ? [] : [theme.faint(`QoS ${guarantee}`)]
  const marks = [...qos, ...bindingMarks(message).map((mark) => theme.mark(mark))].join(' ')
  return `${theme.channel(visibleText(channel))}${marks === '' ? '' : `  ${marks}`}\n`
}

function formatPayload(payload: Uint8Array | null, width: number, theme: Theme): string {
  if (payload === null) return MARGIN + theme.faint('(no payload)')
  const kind = payloadKind(payload)
  if (kind === 'empty') return MARGIN + theme.faint('(empty)')
  if (kind === 'binary') return formatBinary(payload, width, theme)
  if (payload.length > MOST_BYTES) {
    const text = formatText(decodeUtf8(payload, 0, MOST_BYTES))
    return `${text}\n${MARGIN}${moreBytes(payload.length - MOST_BYTES, theme)}`
  }
  const text = decodeUtf8(payload)
  if (kind === 'json') return formatJson(text, MARGIN, width, theme)
  return isBinaryText(text) ? formatBinary(payload, width, theme) : formatText(text)
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
