import type { AmqpBinding } from '../amqp/amqp-binding.js'
import type { TextOrBytes } from '../text-or-bytes.js'
import { CachedField } from './cached-field.js'
import { badField, FieldReader, isBase64, isBoolean, isText } from './field-reader.js'
import { parseTextOrBytes, TEXT_OR_BYTES } from './headers-field.js'
import { formatBase64, formatTextOrBytes, quoteJson } from './json-string.js'
import { noteUnknown, parseValue } from './line-fields.js'

/** Writes the field `amqp` with a comma before it. The text is empty if there is nothing to say. */
export function formatAmqpBinding(amqp: AmqpBinding | undefined): string {
  if (amqp === undefined) return ''
  const { exchange, routingKey, deliveryMode, priority, deliveryCount, offset, table } = amqp
  const text = [
    member('exchange', exchange, quoteJson),
    member('routingKey', routingKey, quoteJson),
    member('deliveryMode', deliveryMode, String),
    member('priority', priority, String),
    member('messageId', amqp.messageId, formatTextOrBytes),
    member('type', amqp.type, formatTextOrBytes),
    member('appId', amqp.appId, formatTextOrBytes),
    member('userId', amqp.userId, formatTextOrBytes),
    member('contentEncoding', amqp.contentEncoding, formatTextOrBytes),
    amqp.redelivered === true ? ',"redelivered":true' : '',
    member('deliveryCount', deliveryCount, String),
    member('offset', offset, String),
    member('table', table, formatBase64)
  ].join('')
  return text === '' ? '' : `,"amqp":{${text.slice(1)}}`
}

/** The members that are written. */
export const AMQP_MEMBERS: readonly (keyof AmqpBinding)[] = [
  'exchange',
  'routingKey',
  'deliveryMode',
  'priority',
  'messageId',
  'type',
  'appId',
  'userId',
  'contentEncoding',
  'redelivered',
  'deliveryCount',
  'offset',
  'table'
]

function member<T>(name: keyof AmqpBinding, value: T | undefined, format: (value: T) => string): string {
  return value === undefined ? '' : `,"${name}":${format(value)}`
}

const BYTE_MUST = 'must be a number from 0 to 255'
const COUNT_MUST = 'must be a whole number from 0'

const isByte = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

/** The field `amqp` of a line, and the names of its members that mean nothing. */
interface Said {
  readonly binding: AmqpBinding
  readonly unknown: readonly string[]
}

const amqpField = new CachedField('amqp', (line, start, end) => parseAmqp(parseValue(line, start, end)))

/** The field's bit for `hasAny`. */
export const AMQP_FIELD = amqpField.bit

function parseAmqp(value: unknown): Said {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badField('amqp', value, 'must be an object')
  const fields = new FieldReader({ ...value }, 'amqp.')
  const shortString = (name: keyof AmqpBinding): TextOrBytes | undefined =>
    fields.convert(name, parseTextOrBytes, `must be ${TEXT_OR_BYTES}`)
  const table = fields.read('table', isBase64, 'must be base64')
  const redelivered = fields.read('redelivered', isBoolean, 'must be true or false')
  const binding: AmqpBinding = {
    exchange: fields.read('exchange', isText, 'must be a string'),
    routingKey: fields.read('routingKey', isText, 'must be a string'),
    deliveryMode: fields.read('deliveryMode', isByte, BYTE_MUST),
    priority: fields.read('priority', isByte, BYTE_MUST),
    messageId: shortString('messageId'),
    type: shortString('type'),
    appId: shortString('appId'),
    userId: shortString('userId'),
    contentEncoding: shortString('contentEncoding'),
    redelivered: redelivered === true ? true : undefined,
    deliveryCount: fields.read('deliveryCount', isCount, COUNT_MUST),
    offset: fields.read('offset', isCount, COUNT_MUST),
    table: table === undefined ? undefined : Buffer.from(table, 'base64')
  }
  return { binding: withoutUndefined(binding), unknown: fields.unread() }
}

function withoutUndefined(binding: AmqpBinding): AmqpBinding {
  return Object.fromEntries(Object.entries(binding).filter(([, value]) => value !== undefined))
}

let filled: { own: AmqpBinding; defaults: AmqpBinding; binding: AmqpBinding } | undefined

/** The field `amqp` of a line that `findFields` has searched. `defaults` fills in missing members. */
export function readAmqpField(line: Uint8Array, defaults: AmqpBinding | undefined): AmqpBinding | undefined {
  const said = amqpField.read(line)
  if (said === undefined) return defaults
  for (const name of said.unknown) noteUnknown(name)
  const own = said.binding
  if (defaults === undefined) return Object.keys(own).length === 0 ? undefined : own
  if (filled?.own !== own || filled.defaults !== defaults)
    filled = { own, defaults, binding: { ...defaults, ...own } }
  return filled.binding
}

/** What the fields of this binding are called elsewhere, in lower case and without dashes. */
export const AMQP_WORDS: Readonly<Record<string, readonly string[]>> = {
  'amqp.deliveryMode': ['deliverymode', 'persistent'],
  'amqp.priority': ['priority'],
  'amqp.messageId': ['messageid'],
  'amqp.type': ['type'],
  'amqp.appId': ['appid'],
  'amqp.userId': ['userid'],
  'amqp.contentEncoding': ['contentencoding'],
  'amqp.exchange': ['exchange'],
  'amqp.redelivered': ['redelivered']
}
