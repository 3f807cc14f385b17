import type { RememberedMessage } from '../catalogue/channel-entry.js'
import type { ChannelFamily } from '../catalogue/channel-family.js'
import { type JsonObject, jsonObject } from '../catalogue/json-tree.js'

const MQTT_BINDING_VERSION = '0.2.0'

/** AsyncAPI's operation binding: how the messages of a family were published. `undefined` for a protocol without a binding. */
export function operationBindings(family: ChannelFamily): JsonObject | undefined {
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

const isMqtt = (family: ChannelFamily): boolean =>
  family.members.some(({ latest }) => latest?.mqtt !== undefined)
