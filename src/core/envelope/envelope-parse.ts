import { whyNotName } from '../channel-grammar.js'
import type { Message, MessageFacts, MqttBinding } from '../message.js'
import { AMQP_FIELD, readAmqpField } from './amqp-envelope.js'
import { CachedField, cachedField, convertedField } from './cached-field.js'
import {
  badEnvelope,
  badField,
  CHANNEL_MUST,
  isBase64,
  isName,
  isSeconds,
  isText,
  SECONDS_MUST
} from './field-reader.js'
import { parseTextOrBytes, readHeaders, TEXT_OR_BYTES } from './headers-field.js'
import { KAFKA_FIELD, readKafkaField } from './kafka-envelope.js'
import { findFields, hasAny, parseValue } from './line-fields.js'
import { readMqttField } from './mqtt-envelope.js'
import { readPayload } from './payload-field.js'
import { readTime, sourceTimeField } from './time-field.js'

/** The values of fields that an envelope line does not have. */
export interface EnvelopeDefaults extends Partial<Omit<MessageFacts, 'mqtt'>> {
  readonly channel?: string | undefined
  readonly mqtt?: Partial<MqttBinding> | undefined
}

const NO_DEFAULTS: EnvelopeDefaults = {}

/**
 * Reads one envelope line. Fields may come in any order, and unknown fields are ignored. Only `payload` is required, and `channel` if
 * there is no default. Without `encoding`, the payload is the JSON value itself. A field at the top counts before the same field inside
 * `mqtt`, where version 0.1 wrote it. The payload may be a view of `line`: copy it before the line is overwritten. `MessageTarget`,
 * and not this function, checks whether the protocol allows the channel.
 * Throws a `TidingsError` of kind bad-input, whose message is the reason and names the field.
 *
 * @param read how many bytes the caller has read already, up to and including a comma between two fields
 */
export function parseEnvelope(line: Uint8Array, defaults: EnvelopeDefaults = NO_DEFAULTS, read = 0): Message {
  findFields(line, read)
  const channel = channelField.read(line) ?? defaultChannel(defaults)
  const said = readMqttField(line, defaults.mqtt)
  const headers = readHeaders(line, defaults.headers)
  const payload = readPayload(line)
  const time = readTime(line)
  const guarantee = said.guarantee ?? defaults.guarantee
  const { mqtt } = said
  if (!hasAny(FACTS) && !said.hasFacts && !haveFacts(defaults))
    return { channel, payload, headers, guarantee, mqtt, time }
  return {
    channel,
    payload,
    headers,
    guarantee,
    key: keyField.read(line) ?? defaults.key,
    contentType: contentTypeField.read(line) ?? said.contentType ?? defaults.contentType,
    expiry: expiryField.read(line) ?? said.expiry ?? defaults.expiry,
    responseChannel: responseChannelField.read(line) ?? said.responseChannel ?? defaults.responseChannel,
    correlation: correlationField.read(line) ?? said.correlation ?? defaults.correlation,
    sourceTime: sourceTimeField.read(line) ?? defaults.sourceTime,
    mqtt,
    amqp: readAmqpField(line, defaults.amqp),
    kafka: readKafkaField(line, defaults.kafka),
    time
  }
}

function defaultChannel({ channel }: EnvelopeDefaults): string {
  if (channel === undefined) throw badEnvelope('field "channel" is missing')
  return channel
}

const channelField = new CachedField('channel', (line, start, end) => {
  const channel = parseValue(line, start, end)
  if (typeof channel !== 'string') throw badField('channel', channel, 'must be a string')
  const why = whyNotName(channel)
  if (why !== undefined) throw badField('channel', channel, why)
  return channel
})
const keyField = convertedField('key', parseTextOrBytes, `must be ${TEXT_OR_BYTES}`)
const contentTypeField = cachedField('contentType', isText, 'must be a string')
const expiryField = cachedField('expiry', isSeconds, SECONDS_MUST)
const responseChannelField = cachedField('responseChannel', isName, CHANNEL_MUST)
const correlationField = convertedField(
  'correlation',
  (value) => (isBase64(value) ? Buffer.from(value, 'base64') : undefined),
  'must be base64'
)

/** The rarer fields. A message without them gets fewer members. */
const FACTS =
  keyField.bit |
  contentTypeField.bit |
  expiryField.bit |
  responseChannelField.bit |
  correlationField.bit |
  sourceTimeField.bit |
  AMQP_FIELD |
  KAFKA_FIELD

const haveFacts = (defaults: EnvelopeDefaults): boolean =>
  defaults.key !== undefined ||
  defaults.contentType !== undefined ||
  defaults.expiry !== undefined ||
  defaults.responseChannel !== undefined ||
  defaults.correlation !== undefined ||
  defaults.sourceTime !== undefined ||
  defaults.amqp !== undefined ||
  defaults.kafka !== undefined
