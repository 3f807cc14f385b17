import type { Message } from '../message.js'
import type { StoredMessage } from './channel-entry.js'

/** What a stored message is reckoned to take in memory besides its payload and headers, in bytes. */
const MESSAGE_BYTES = 240

/** A copy that outlives the receiver's buffers, with at most `longest` bytes of payload. */
export function storeMessage(
  message: Message,
  time: number,
  sequence: number,
  longest: number
): StoredMessage {
  const { payload, mqtt } = message
  const size = payload.length
  return {
    channel: message.channel,
    payload: Buffer.from(size > longest ? payload.subarray(0, longest) : payload),
    headers: message.headers,
    mqtt: mqtt.correlation === undefined ? mqtt : { ...mqtt, correlation: Buffer.from(mqtt.correlation) },
    time,
    sequence,
    size
  }
}

/** The same message without its payload, for when memory is short; `size` still tells how long it was. */
export function withoutPayload(stored: StoredMessage): StoredMessage {
  return {
    ...stored,
    payload: Buffer.alloc(0),
    headers: [],
    mqtt: { qos: stored.mqtt.qos, retain: stored.mqtt.retain }
  }
}

/** What a stored message is reckoned to take in memory, in bytes. */
export function storedBytes(stored: StoredMessage): number {
  let bytes = MESSAGE_BYTES + stored.payload.length
  for (const [name, value] of stored.headers) bytes += 2 * (name.length + value.length) + 64
  const { correlation, contentType, responseChannel } = stored.mqtt
  if (correlation !== undefined) bytes += correlation.length
  if (contentType !== undefined) bytes += 2 * contentType.length
  if (responseChannel !== undefined) bytes += 2 * responseChannel.length
  return bytes
}
