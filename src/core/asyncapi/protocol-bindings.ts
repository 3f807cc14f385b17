import type { AmqpBinding } from '../amqp/amqp-binding.js'
import type { RememberedMessage } from '../catalogue/channel-entry.js'
import type { ChannelFamily } from '../catalogue/channel-family.js'
import { type JsonObject, jsonObject } from '../catalogue/json-tree.js'
import type { Bindings } from '../message.js'

const MQTT_BINDING_VERSION = '0.2.0'
const AMQP_BINDING_VERSION = '0.3.0'
const KAFKA_BINDING_VERSION = '0.5.0'

/** AsyncAPI's channel binding: where a family of channels is at the broker. `undefined` for a protocol without one. */
export function channelBindings(family: ChannelFamily): JsonObject | undefined {
  if (latestOf(family, 'kafka') !== undefined) return kafkaChannel(family)
  const amqp = latestOf(family, 'amqp')?.amqp
  if (amqp === undefined) return undefined
  const { exchange, routingKey } = amqp
  const place =
    exchange === ''
      ? { is: 'queue', queue: routingKey === undefined ? undefined : jsonObject({ name: routingKey }) }
      : { is: 'routingKey', exchange: exchange === undefined ? undefined : jsonObject({ name: exchange }) }
  return jsonObject({ amqp: jsonObject({ ...place, bindingVersion: AMQP_BINDING_VERSION }) })
}

/** AsyncAPI's operation binding: how the messages of a family were published. `undefined` for a protocol without a binding. */
export function operationBindings(family: ChannelFamily): JsonObject | undefined {
  const amqp = latestOf(family, 'amqp')?.amqp
  if (amqp !== undefined) return amqpOperation(family, amqp)
  if (!isMqtt(family)) return undefined
  const seen = family.members.flatMap(({ guaranteesSeen }) => guaranteesSeen)
  // What was only seen as a retained message may have been published with any.
  const qos = seen.length === 0 ? undefined : Math.max(...seen)
  const retain = family.members.some(({ retained }) => retained)
  return jsonObject({ mqtt: jsonObject({ qos, retain, bindingVersion: MQTT_BINDING_VERSION }) })
}

/** AsyncAPI's message binding: the facts of a family's messages that only their protocol has. `undefined` for a protocol without one. */
export function messageBindings(
  family: ChannelFamily,
  latest: RememberedMessage | undefined
): JsonObject | undefined {
  if (latestOf(family, 'amqp') !== undefined) return amqpMessage(latest)
  if (latestOf(family, 'kafka') !== undefined) return kafkaMessage(latest)
  if (!isMqtt(family)) return undefined
  const payloadUtf8 = latest?.mqtt?.payloadUtf8
  return jsonObject({
    mqtt: jsonObject({
      payloadFormatIndicator: payloadUtf8 === undefined ? undefined : Number(payloadUtf8),
      contentType: latest?.contentType,
      correlationData: latest?.correlation && jsonObject({ type: 'string', format: 'binary' }),
      bindingVersion: MQTT_BINDING_VERSION
    })
  })
}

function amqpOperation(family: ChannelFamily, { deliveryMode, priority }: AmqpBinding): JsonObject {
  const seen = family.members.flatMap(({ guaranteesSeen }) => guaranteesSeen)
  return jsonObject({
    amqp: jsonObject({
      // The specification knows these two.
      deliveryMode: deliveryMode === 1 || deliveryMode === 2 ? deliveryMode : undefined,
      priority,
      ack: seen.length === 0 ? undefined : Math.max(...seen) > 0,
      bindingVersion: AMQP_BINDING_VERSION
    })
  })
}

function amqpMessage(latest: RememberedMessage | undefined): JsonObject {
  const { contentEncoding, type } = latest?.amqp ?? {}
  return jsonObject({
    amqp: jsonObject({
      contentEncoding: typeof contentEncoding === 'string' ? contentEncoding : undefined,
      messageType: typeof type === 'string' ? type : undefined,
      bindingVersion: AMQP_BINDING_VERSION
    })
  })
}

/** A family of several topics has no topic, and its address says how they are named. */
function kafkaChannel({ members: [first, ...others] }: ChannelFamily): JsonObject {
  const isOne = others.length === 0
  const topic = isOne ? first?.name : undefined
  const partitions = isOne ? first?.partitions : undefined
  return jsonObject({ kafka: jsonObject({ topic, partitions, bindingVersion: KAFKA_BINDING_VERSION }) })
}

function kafkaMessage(latest: RememberedMessage | undefined): JsonObject {
  const key = latest?.key
  const schema =
    key === undefined
      ? undefined
      : jsonObject({ type: 'string', format: typeof key === 'string' ? undefined : 'binary' })
  return jsonObject({ kafka: jsonObject({ key: schema, bindingVersion: KAFKA_BINDING_VERSION }) })
}

/** The latest message that has this binding. */
function latestOf({ members }: ChannelFamily, binding: keyof Bindings): RememberedMessage | undefined {
  let latest: RememberedMessage | undefined
  for (const { latest: each } of members)
    if (each?.[binding] !== undefined && each.time >= (latest?.time ?? 0)) latest = each
  return latest
}

const isMqtt = (family: ChannelFamily): boolean => latestOf(family, 'mqtt') !== undefined
