import { DEFAULT_GUARANTEE, type Guarantee, type Message } from '../../../core/message.js'
import type { MqttVersion } from '../connect-packet.js'
import { encodePublishProperties, type Flaw, tooLong } from './property-writer.js'

/** Everything of a PUBLISH packet but its identifier and payload; messages that share it are encoded by copying it. */
export interface PublishTemplate {
  /** The message that it was made from. */
  readonly message: Message
  readonly qos: Guarantee
  readonly retain: boolean
  readonly firstByte: number
  /** The topic with its length. */
  readonly topic: Uint8Array
  /** The properties with their length; nothing in MQTT 3.1.1. */
  readonly properties: Uint8Array
  /** Bytes of the variable header. */
  readonly size: number
  /** What MQTT 3.1.1 has no place for, as the object of a sentence; undefined if there is nothing. */
  readonly leavesOut: string | undefined
  /** Why no packet can hold this, if so. */
  readonly flaw: Flaw | undefined
}

const NOTHING = new Uint8Array(0)

/** Makes templates; remembers the last one, because messages that follow each other mostly differ only in their payload. */
export class PublishTemplates {
  readonly #version: MqttVersion
  #last: PublishTemplate | undefined

  constructor(version: MqttVersion) {
    this.#version = version
  }

  of(message: Message): PublishTemplate {
    const last = this.#last
    if (last !== undefined && isAlike(last.message, message)) return last
    const template = this.#make(message, last)
    this.#last = template
    return template
  }

  #make(message: Message, last: PublishTemplate | undefined): PublishTemplate {
    const { channel, guarantee: qos = DEFAULT_GUARANTEE, mqtt } = message
    const retain = mqtt?.retain === true
    const topic = last !== undefined && last.message.channel === channel ? last.topic : encodeTopic(channel)
    const encoded = this.#version === '5' ? encodePublishProperties(message) : NOTHING
    const properties = isFlaw(encoded) ? NOTHING : encoded
    const flaw = isFlaw(encoded) ? encoded : (topicFlaw(topic) ?? payloadFlaw(message))
    const size = topic.length + (qos > 0 ? 2 : 0) + properties.length
    const firstByte = 0x30 | (qos << 1) | (retain ? 1 : 0)
    const leavesOut = this.#version === '5' ? undefined : beyondVersion3(message)
    return { message, qos, retain, firstByte, topic, properties, size, leavesOut, flaw }
  }
}

/** Facts are compared by identity: they are read-only. */
function isAlike(one: Message, other: Message): boolean {
  return (
    one.mqtt === other.mqtt &&
    one.channel === other.channel &&
    one.guarantee === other.guarantee &&
    (one.headers === other.headers || (one.headers.length === 0 && other.headers.length === 0)) &&
    one.contentType === other.contentType &&
    one.isContentTypeImplied === other.isContentTypeImplied &&
    one.expiry === other.expiry &&
    one.responseChannel === other.responseChannel &&
    one.correlation === other.correlation &&
    (one.payload === null) === (other.payload === null)
  )
}

export const CONTENT_TYPE = 'a content type'

/** The first fact of a message that MQTT 3.1.1 cannot say, its content type last; undefined if it can say all of them. */
function beyondVersion3(message: Message): string | undefined {
  const { headers, contentType, isContentTypeImplied, responseChannel, correlation, expiry, mqtt } = message
  if (headers.length > 0) return 'a list of headers'
  if (responseChannel !== undefined) return 'a response channel'
  if (correlation !== undefined) return 'a correlation'
  if (expiry !== undefined) return 'an expiry'
  if (mqtt?.payloadUtf8 !== undefined) return 'a payload format'
  return contentType === undefined || isContentTypeImplied ? undefined : CONTENT_TYPE
}

const isFlaw = (encoded: Uint8Array | Flaw): encoded is Flaw => 'reason' in encoded

function encodeTopic(channel: string): Uint8Array {
  const size = Buffer.byteLength(channel)
  const bytes = Buffer.allocUnsafe(size + 2)
  bytes[0] = (size >> 8) & 0xff
  bytes[1] = size & 0xff
  bytes.write(channel, 2)
  return bytes
}

function topicFlaw(topic: Uint8Array): Flaw | undefined {
  if (topic.length === 2) return { reason: 'the channel name is empty', suggestion: 'name a channel' }
  return topic.length > 65_537 ? tooLong('the channel name') : undefined
}

const payloadFlaw = ({ payload }: Message): Flaw | undefined =>
  payload === null
    ? {
        reason: 'MQTT has no messages without a payload',
        suggestion: 'publish an empty payload instead: --empty'
      }
    : undefined
