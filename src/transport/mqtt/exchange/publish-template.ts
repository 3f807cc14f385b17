import type { Header, Message, MqttBinding, Qos } from '../../../core/message.js'
import type { Protocol } from './packet-types.js'
import { encodePublishProperties } from './property-writer.js'

/** Everything of a PUBLISH packet but its identifier and payload; messages that share it are encoded by copying it. */
export interface PublishTemplate {
  readonly channel: string
  readonly mqtt: MqttBinding
  readonly headers: readonly Header[]
  readonly qos: Qos
  readonly firstByte: number
  /** The topic with its length. */
  readonly topic: Uint8Array
  /** The properties with their length; nothing in MQTT 3.1.1. */
  readonly properties: Uint8Array
  /** Bytes of the variable header. */
  readonly size: number
  /** MQTT 3.1.1 has no place for its headers or properties. */
  readonly leavesOut: boolean
  /** Why no packet can hold this, if so. */
  readonly flaw: string | undefined
}

const NOTHING = new Uint8Array(0)

/** Makes templates; remembers the last one, because messages that follow each other mostly differ only in their payload. */
export class PublishTemplates {
  readonly #protocol: Protocol
  #last: PublishTemplate | undefined

  constructor(protocol: Protocol) {
    this.#protocol = protocol
  }

  /** Bindings and headers are compared by identity: they are read-only. */
  of(message: Message): PublishTemplate {
    const last = this.#last
    if (
      last !== undefined &&
      last.mqtt === message.mqtt &&
      last.channel === message.channel &&
      (last.headers === message.headers || (last.headers.length === 0 && message.headers.length === 0))
    ) {
      return last
    }
    const template = this.#make(message, last)
    this.#last = template
    return template
  }

  #make({ channel, mqtt, headers }: Message, last: PublishTemplate | undefined): PublishTemplate {
    const topic = last !== undefined && last.channel === channel ? last.topic : encodeTopic(channel)
    const encoded = this.#protocol === '5' ? encodePublishProperties(mqtt, headers) : NOTHING
    const properties = typeof encoded === 'string' ? NOTHING : encoded
    const flaw = typeof encoded === 'string' ? encoded : topicFlaw(topic)
    const size = topic.length + (mqtt.qos > 0 ? 2 : 0) + properties.length
    const firstByte = 0x30 | (mqtt.qos << 1) | (mqtt.retain ? 1 : 0)
    const leavesOut = this.#protocol !== '5' && needsMqtt5(mqtt, headers)
    return { channel, mqtt, headers, qos: mqtt.qos, firstByte, topic, properties, size, leavesOut, flaw }
  }
}

/** A content type of JSON is no loss worth a warning: it is added without being asked for. */
function needsMqtt5(mqtt: MqttBinding, headers: readonly Header[]): boolean {
  const { contentType, ...others } = mqtt
  return encodePublishProperties(contentType === 'application/json' ? others : mqtt, headers).length > 1
}

function encodeTopic(channel: string): Uint8Array {
  const size = Buffer.byteLength(channel)
  const bytes = Buffer.allocUnsafe(size + 2)
  bytes[0] = (size >> 8) & 0xff
  bytes[1] = size & 0xff
  bytes.write(channel, 2)
  return bytes
}

function topicFlaw(topic: Uint8Array): string | undefined {
  if (topic.length === 2) return 'the channel name is empty'
  return topic.length > 65_537 ? 'the channel name is longer than 65535 bytes' : undefined
}
