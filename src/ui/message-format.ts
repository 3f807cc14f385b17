import { ByteWriter } from '../core/byte-writer.js'
import { TidingsError } from '../core/errors.js'
import { scanJson } from '../core/json/json-text.js'
import { type Message, payloadBytes, payloadSize, type TextOrBytes } from '../core/message.js'
import { formatTimestamp } from '../core/timestamp.js'
import { decodeUtf8 } from '../core/utf8.js'
import { quoteName, visibleText } from '../core/visible-text.js'
import { ENCODED_FIELDS } from './encoded-fields.js'
import { ENVELOPE_FORMATS, type MessageFormat, writeJsonValue } from './envelope-format.js'
import { type FieldWidth, fitField, parseFieldWidth } from './field-width.js'
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
 * Throws a `TidingsError` of kind usage for an unknown field, a lone brace, or fields as only other clients write them.
 */
export function parseMessageFormat(
  template: string,
  options: { readonly visible?: boolean } = {}
): MessageFormat {
  if (OTHER_FORMAT.test(template))
    throw badFormat(template, 'it names no field', "fields stand in braces: '{channel} {key} {payload}'")
  const pieces: MessageFormat[] = []
  for (const [piece, field, escaped] of template.matchAll(PIECE)) {
    if (piece === '{' || piece === '}')
      throw badFormat(template, `a "${piece}" stands alone`, `write "${piece}${piece}" for a brace itself`)
    if (field === undefined)
      pieces.push(writeLiteral(escaped === undefined ? unbrace(piece) : (ESCAPES[escaped] ?? '')))
    else {
      const { name, width } = parseFieldWidth(field)
      const write = findField(name) ?? refuseField(template, name)
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

function refuseField(template: string, field: string): never {
  const [, header] = /^headers?[.:](.+)$/s.exec(field) ?? []
  const alike = (known: string) => known.toLowerCase() === field.toLowerCase().replaceAll(/[-_ ]/g, '')
  const near = header === undefined ? [...FIELDS.keys()].find(alike) : `headers.${header}`
  const known = [...FIELDS.keys(), 'headers.NAME', 'payload.MEMBER'].map((name) => `{${name}}`).join(' ')
  const meant = near === undefined ? '' : `did you mean "{${near}}"? `
  throw badFormat(template, `there is no field ${quoteName(field)}`, `${meant}the fields are ${known}`)
}

/** Texts in which fields stand as other clients write them, such as `%t %p` and `%k %s`, and none as they are written here. */
const OTHER_FORMAT = /^(?=.*%[A-Za-z])[^{}]*$/s

function badFormat(template: string, why: string, suggestion: string): TidingsError {
  return new TidingsError('usage', `cannot use format ${quoteName(template)}: ${why}`, {
    code: 'bad-format',
    suggestion
  })
}
