import { type Message, NO_HEADERS, payloadSize } from '../message.js'
import type { RememberedMessage } from './channel-entry.js'

/** The estimated memory of a remembered message besides its payload and headers, in bytes. */
const MESSAGE_BYTES = 240

/** Copies a message, so that it stays valid after the receiver's buffers are gone. At most `longest` bytes of payload are copied. */
export function rememberMessage(
  message: Message,
  time: number,
  sequence: number,
  longest: number
): RememberedMessage {
  const { payload, correlation, key } = message
  return {
    ...message,
    payload: payload === null ? null : Buffer.from(payload.subarray(0, longest)),
    ...(correlation !== undefined && { correlation: Buffer.from(correlation) }),
    ...(typeof key === 'object' && { key: Buffer.from(key) }),
    time,
    sequence,
    size: payloadSize(message)
  }
}

/** The message without its payload and most facts, for when memory is short. `size` is still the length of the payload. */
export function withoutPayload(message: RememberedMessage): RememberedMessage {
  return {
    ...message,
    payload: message.payload && Buffer.alloc(0),
    headers: NO_HEADERS,
    key: undefined,
    contentType: undefined,
    responseChannel: undefined,
    correlation: undefined,
    amqp: message.amqp && { ...message.amqp, table: undefined },
    kafka: message.kafka && { ...message.kafka, nullHeaders: undefined }
  }
}

/** The estimated memory of a remembered message, in bytes. */
export function rememberedBytes(message: RememberedMessage): number {
  let bytes = MESSAGE_BYTES + payloadSize(message)
  for (const [name, value] of message.headers) bytes += 2 * (name.length + value.length) + 64
  const { correlation, contentType, responseChannel, key, amqp, kafka } = message
  if (correlation !== undefined) bytes += correlation.length
  if (key !== undefined) bytes += 2 * key.length
  if (contentType !== undefined) bytes += 2 * contentType.length
  if (responseChannel !== undefined) bytes += 2 * responseChannel.length
  if (amqp?.table !== undefined) bytes += amqp.table.length
  if (kafka?.nullHeaders !== undefined) bytes += 8 * kafka.nullHeaders.length
  return bytes
}
