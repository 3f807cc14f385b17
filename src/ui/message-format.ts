import { ByteWriter } from '../core/byte-writer.js'
import { scanJson } from '../core/json/json-text.js'
import { type Message, payloadBytes, payloadSize, type TextOrBytes } from '../core/message.js'
import { formatTimestamp } from '../core/timestamp.js'
import { decodeUtf8 } from '../core/utf8.js'
import { visibleText } from '../core/visible-text.js'
import { ENCODED_FIELDS } from './encoded-fields.js'
import { ENVELOPE_FORMATS, type MessageFormat, writeJsonValue } from './envelope-format.js'
import { type FieldWidth, fitField, parseFieldWidth } from './field-width.js'
import { FormatMistakes } from './format-mistake.js'
import { isDup, isRetain, offsetOf, partitionOf, subscriptionsOf } from './message-binding.js'

const FIELDS: ReadonlyMap<string, MessageFormat> = new Map<string, MessageFormat>([
  ['payload', (message, into) => into.writeBytes(payloadBytes(message))],
  ...ENCODED_FIELDS,
  ...textField('channel', ({ channel }) => channel),
  ...textField('time', ({ time }) => timeText(time)),
  ...textField('sourceTime', ({ sourceTime }) => timeText(sourceTime)),
  ...textField('size', payloadSize),
  ...textField('qos', ({ guarantee }) => guarantee),
  ...textField('retain', isRetain),
  ...textField('dup', isDup),
  ...textField('key', ({ key }) => key && textOf(key)),
  ...textField('partition', partitionOf),
  ...textField('offset', offsetOf),
  ...textField('contentType', ({ contentType }) => contentType),
  ...textField('expiry', ({ expiry }) => expiry),
  ...textField('responseChannel', ({ responseChannel }) => responseChannel),
  ...textField(
    'correlation',
    ({ correlation }) => correlation && Buffer.from(correlation).toString('base64')
  ),
  ...textField('subscriptionIds', (message) => subscriptionsOf(message).replaceAll(' ', '')),
  ...ENVELOPE_FORMATS
])

const timeText = (time: number | undefined) => (time === undefined ? undefined : formatTimestamp(time))

/** Text as it is; bytes that are not text as base64, as in an envelope. */
const textOf = (value: TextOrBytes) =>
  typeof value === 'string' ? value : Buffer.from(value).toString('base64')

/** A field that the message does not have is written as an empty text. */
function textField(
  name: string,
  read: (message: Message) => string | number | boolean | undefined
): [string, MessageFormat][] {
  return [[name, (message, into) => into.writeText(String(read(message) ?? ''))]]
}

const PIECE = /\{\{|\}\}|\{([^{}]*)\}|\\([nt\\0r])|[{}]|[^{}\\]+|\\/g
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\' }

/**
 * Compiles a template such as `{time} {channel} {payload.temperature} {headers.trace}\n`: `{{` and `}}` are braces, `\n`, `\t`, `\r`, `\0`
 * and `\\` are escapes. A payload is written byte for byte. A member of a JSON payload is written as it stands there, a string without its
 * quotes. `{channel:20}` and its like (field-width.ts) take a fixed width, in text that is made visible.
 * With `visible`, for terminals, control characters in a field are written as escapes. The template's own text comes from the user and is
 * written unchanged.
 * Throws a `TidingsError` of kind usage, with the place marked, for an unknown field or width and for a lone brace; also for fields as only
 * other clients write them.
 */
export function parseMessageFormat(
  template: string,
  options: { readonly visible?: boolean } = {}
): MessageFormat {
  const mistakes = new FormatMistakes(template, [...FIELDS.keys()])
  mistakes.checkDialect()
  const pieces: MessageFormat[] = []
  for (const { 0: piece, 1: field, 2: escaped, index } of template.matchAll(PIECE)) {
    if (piece === '{' || piece === '}') throw mistakes.loneBrace(piece, index)
    if (field === undefined)
      pieces.push(writeLiteral(escaped === undefined ? unbrace(piece) : (ESCAPES[escaped] ?? '')))
    else {
      const { name, width } = parseFieldWidth(field)
      if (width === undefined) mistakes.checkWidth(name, index + 1)
      const write = findField(name)
      if (write === undefined) throw mistakes.unknownField(name, index + 1)
      if (width !== undefined) pieces.push(withWidth(write, width))
      else pieces.push(options.visible ? makeVisible(write) : write)
    }
  }
  return (message, into) => {
    for (const piece of pieces) piece(message, into)
  }
}

function makeVisible(write: MessageFormat): MessageFormat {
  const field = new ByteWriter()
  return (message, into) => {
    write(message, field)
    into.writeText(visibleText(decodeUtf8(field.take()), { keepLines: true }))
  }
}

function withWidth(write: MessageFormat, width: FieldWidth): MessageFormat {
  const field = new ByteWriter()
  return (message, into) => {
    write(message, field)
    into.writeText(fitField(visibleText(decodeUtf8(field.take())), width))
  }
}

function unbrace(piece: string): string {
  return piece === '{{' || piece === '}}' ? piece.slice(1) : piece
}

function writeLiteral(text: string): MessageFormat {
  const bytes = Buffer.from(text)
  return (_message, into) => into.writeBytes(bytes)
}

function findField(field: string): MessageFormat | undefined {
  if (field.startsWith('headers.') && field.length > 'headers.'.length)
    return headerField(field.slice('headers.'.length))
  if (field.startsWith('payload.') && field.length > 'payload.'.length)
    return memberField(field.split('.').slice(1))
  return FIELDS.get(field)
}

/** The values of a repeated header, with commas between them. */
function headerField(name: string): MessageFormat {
  return ({ headers }, into) => {
    const values = headers.filter(([each]) => each === name).map(([, value]) => textOf(value))
    into.writeText(values.join(','))
  }
}

function memberField(path: readonly string[]): MessageFormat {
  return (message, into) => {
    const payload = payloadBytes(message)
    if (scanJson(payload).ok) writeJsonValue(payload, path, into)
  }
}
