import { type Guarantee, type Message, NO_HEADERS } from '../../../core/message.js'
import { TextCache } from '../../exchange/text-cache.js'
import type { MqttVersion } from '../connect-packet.js'
import { plainBinding } from './bindings.js'
import { ProtocolError } from './protocol-error.js'
import { decodePublishProperties } from './publish-properties.js'
import { decodeTopic } from './text-decoder.js'

/** Decodes the PUBLISH packets of one network connection; topic aliases live as long as it does [MQTT-3.3.2-7]. */
export class PublishDecoder {
  readonly #channels: TextCache
  readonly #withProperties: boolean
  readonly #aliasMaximum: number
  readonly #aliases = new Map<number, string>()
  /** The packet identifier of the packet decoded last; 0 at QoS 0. */
  id = 0

  constructor(protocol: MqttVersion, topicAliasMaximum: number, channels = new TextCache(decodeTopic)) {
    this.#withProperties = protocol === '5'
    this.#aliasMaximum = topicAliasMaximum
    this.#channels = channels
  }

  /**
   * Decodes a packet whose first byte is `first` and whose body is `bytes[at..end]`. The payload is a view of `bytes`.
   * @throws ProtocolError for what [MQTT-3.3] forbids
   */
  decode(bytes: Buffer, first: number, at: number, end: number, time: number): Message {
    const qos = qosOf(first)
    const topicStart = at + 2
    const topicEnd = topicStart + twoBytes(bytes, at, end)
    let rest = topicEnd
    if (rest > end) throw new ProtocolError('a topic that runs beyond its packet')
    this.id = 0
    if (qos > 0) {
      this.id = twoBytes(bytes, rest, end)
      if (this.id === 0) throw new ProtocolError('a packet identifier of 0')
      rest += 2
    }
    if (!this.#withProperties) {
      const channel = this.#channels.text(bytes, topicStart, topicEnd)
      const payload = bytes.subarray(rest, end)
      return { channel, payload, headers: NO_HEADERS, guarantee: qos, mqtt: plainBinding(first), time }
    }
    if (rest >= end) throw new ProtocolError('a PUBLISH without properties')
    if (bytes[rest] === 0 && topicEnd > topicStart) {
      const channel = this.#channels.text(bytes, topicStart, topicEnd)
      const payload = bytes.subarray(rest + 1, end)
      return { channel, payload, headers: NO_HEADERS, guarantee: qos, mqtt: plainBinding(first), time }
    }
    return this.#decodeWithProperties(bytes, first, topicStart, topicEnd, rest, end, time)
  }

  #decodeWithProperties(
    bytes: Buffer,
    first: number,
    topicStart: number,
    topicEnd: number,
    lengthAt: number,
    end: number,
    time: number
  ): Message {
    const start = endOfLength(bytes, lengthAt, end)
    const payloadStart = start + lengthOf(bytes, lengthAt, start)
    if (payloadStart > end) throw new ProtocolError('properties that run beyond their packet')
    const { facts, binding, topicAlias } = decodePublishProperties(bytes, start, payloadStart)
    const channel = this.#channelOf(bytes, topicStart, topicEnd, topicAlias)
    const plain = plainBinding(first)
    const mqtt = binding === undefined ? plain : { ...plain, ...binding }
    return {
      ...facts,
      channel,
      payload: bytes.subarray(payloadStart, end),
      guarantee: qosOf(first),
      mqtt,
      time
    }
  }

  #channelOf(bytes: Buffer, start: number, end: number, alias: number): string {
    if (alias > this.#aliasMaximum) {
      throw new ProtocolError(`topic alias ${alias}, above the maximum of ${this.#aliasMaximum}`)
    }
    if (start < end) {
      const channel = this.#channels.text(bytes, start, end)
      if (alias > 0) this.#aliases.set(alias, channel)
      return channel
    }
    const channel = this.#aliases.get(alias)
    if (channel === undefined) throw new ProtocolError('an empty topic without a known topic alias')
    return channel
  }
}

function qosOf(first: number): Guarantee {
  const qos = (first >> 1) & 3
  if (qos === 3) throw new ProtocolError('a PUBLISH with both QoS bits set')
  return qos as Guarantee
}

function twoBytes(bytes: Buffer, at: number, end: number): number {
  if (at + 2 > end) throw new ProtocolError('a PUBLISH that is too short')
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}

function endOfLength(bytes: Buffer, at: number, end: number): number {
  for (let next = at; next < end && next < at + 4; next++) if ((bytes[next] as number) < 0x80) return next + 1
  throw new ProtocolError('a property length that is no variable byte integer')
}

function lengthOf(bytes: Buffer, at: number, end: number): number {
  let length = 0
  for (let i = end - 1; i >= at; i--) length = length * 128 + ((bytes[i] as number) & 0x7f)
  return length
}
