import { DEFAULT_GUARANTEE, type Guarantee, type MessageFacts, type MqttBinding } from '../message.js'
import { CachedField } from './cached-field.js'
import {
  badField,
  CHANNEL_MUST,
  FieldReader,
  isBase64,
  isBoolean,
  isGuarantee,
  isIds,
  isName,
  isSeconds,
  isText,
  SECONDS_MUST
} from './field-reader.js'
import { noteUnknown, parseValue } from './line-fields.js'

/**
 * Writes the field `mqtt` with a comma before it. Messages of every protocol have their guarantee there, as `qos`. The text is empty if
 * there is no binding, and no guarantee besides the one that every reader takes where none is named.
 */
export function formatMqttBinding(guarantee: Guarantee | undefined, mqtt: MqttBinding | undefined): string {
  if (mqtt === undefined)
    return guarantee === undefined || guarantee === DEFAULT_GUARANTEE ? '' : `,"mqtt":{"qos":${guarantee}}`
  let text = guarantee === undefined ? '' : `"qos":${guarantee},`
  text += `"retain":${mqtt.retain}`
  if (mqtt.dup === true) text += ',"dup":true'
  if (mqtt.payloadUtf8 !== undefined) text += `,"payloadUtf8":${mqtt.payloadUtf8}`
  if (mqtt.subscriptionIds !== undefined) text += `,"subscriptionIds":[${mqtt.subscriptionIds.join(',')}]`
  return `,"mqtt":{${text}}`
}

/** The members that are written. */
export const MQTT_MEMBERS: readonly string[] = ['qos', 'retain', 'dup', 'payloadUtf8', 'subscriptionIds']

/** The content of the field `mqtt`: the guarantee (of any protocol), MQTT's binding, and the facts that version 0.1 wrote there. */
export interface MqttField
  extends Pick<
    MessageFacts,
    'guarantee' | 'contentType' | 'expiry' | 'responseChannel' | 'correlation' | 'mqtt'
  > {
  /** Whether the field has facts that version 0.1 wrote there. */
  readonly hasFacts: boolean
}

type OwnBinding = { readonly [Member in keyof MqttBinding]: MqttBinding[Member] | undefined }

const NO_BINDING: OwnBinding = { retain: undefined }

/** The field `mqtt` of a line, and its binding before defaults are filled in. */
interface Said {
  readonly field: MqttField
  readonly own: OwnBinding
  /** Names of members that mean nothing. */
  readonly unknown: readonly string[]
}

const NOTHING_SAID: Said = { field: { hasFacts: false }, own: NO_BINDING, unknown: [] }

const mqttField = new CachedField('mqtt', (line, start, end) => parseMqtt(parseValue(line, start, end)))

function parseMqtt(value: unknown): Said {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badField('mqtt', value, 'must be an object')
  const fields = new FieldReader({ ...value }, 'mqtt.')
  const contentType = fields.read('contentType', isText, 'must be a string')
  const expiry = fields.read('expiry', isSeconds, SECONDS_MUST)
  const responseChannel = fields.read('responseChannel', isName, CHANNEL_MUST)
  const correlation = fields.read('correlation', isBase64, 'must be base64')
  const guarantee = fields.read('qos', isGuarantee, 'must be 0, 1 or 2')
  const own: OwnBinding = {
    retain: fields.read('retain', isBoolean, 'must be true or false'),
    dup: fields.read('dup', isBoolean, 'must be true or false'),
    payloadUtf8: fields.read('payloadUtf8', isBoolean, 'must be true or false'),
    subscriptionIds: fields.read('subscriptionIds', isIds, 'must be a list of numbers from 1 to 268435455')
  }
  const field: MqttField = {
    guarantee,
    mqtt: bindingOf(own, NO_BINDING),
    contentType,
    expiry,
    responseChannel,
    correlation: correlation === undefined ? undefined : Buffer.from(correlation, 'base64'),
    hasFacts: [contentType, expiry, responseChannel, correlation].some((fact) => fact !== undefined)
  }
  return { field, own, unknown: fields.unread() }
}

/** MQTT's binding; `undefined` if neither the line nor the defaults have a member of it. */
function bindingOf(own: OwnBinding, defaults: Partial<OwnBinding>): MqttBinding | undefined {
  const retain = own.retain ?? defaults.retain
  const payloadUtf8 = own.payloadUtf8 ?? defaults.payloadUtf8
  const { dup, subscriptionIds } = own
  if (retain === undefined && dup === undefined && payloadUtf8 === undefined && subscriptionIds === undefined)
    return undefined
  return {
    retain: retain ?? false,
    ...(dup === true && { dup }),
    ...(payloadUtf8 !== undefined && { payloadUtf8 }),
    ...(subscriptionIds !== undefined && { subscriptionIds })
  }
}

let filled: { said: Said; defaults: Partial<MqttBinding>; field: MqttField } | undefined

/** The field `mqtt` of a line that `findFields` has searched. `defaults` fills in missing members of MQTT's binding. */
export function readMqttField(line: Uint8Array, defaults: Partial<MqttBinding> | undefined): MqttField {
  const said = mqttField.read(line) ?? NOTHING_SAID
  for (const name of said.unknown) noteUnknown(name)
  if (defaults === undefined) return said.field
  if (filled?.said !== said || filled.defaults !== defaults)
    filled = { said, defaults, field: { ...said.field, mqtt: bindingOf(said.own, defaults) } }
  return filled.field
}

/** What the fields of this binding are called elsewhere, in lower case and without dashes. */
export const MQTT_WORDS: Readonly<Record<string, readonly string[]>> = {
  'mqtt.qos': ['qos', 'guarantee'],
  'mqtt.retain': ['retain', 'retained'],
  'mqtt.dup': ['dup'],
  'mqtt.payloadUtf8': ['payloadutf8', 'payloadformatindicator'],
  'mqtt.subscriptionIds': ['subscriptionids', 'subscriptionidentifier']
}
