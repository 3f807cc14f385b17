import { type Message, NO_HEADERS, payloadSize } from '../message.js'
import type { RememberedMessage } from './channel-entry.js'

/** What a remembered message is reckoned to take in memory besides its payload and headers, in bytes. */
const MESSAGE_BYTES = 240

/** A copy that outlives the receiver's buffers, with at most `longest` bytes of payload. */
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

/** The same message without its payload, for when memory is short; `size` still tells how long it was. */
export function withoutPayload(message: RememberedMessage): RememberedMessage {
  return {
    ...message,
    payload: Buffer.alloc(0),
    headers: NO_HEADERS,
    key: undefined,
    contentType: undefined,
    responseChannel: undefined,
    correlation: undefined
  }
}

/** What a remembered message is reckoned to take in memory, in bytes. */
export function rememberedBytes(message: RememberedMessage): number {
  let bytes = MESSAGE_BYTES + payloadSize(message)
  for (const [name, value] of message.headers) bytes += 2 * (name.length + value.length) + 64
  const { correlation, contentType, responseChannel, key } = message
  if (correlation !== undefined) bytes += correlation.length
  if (key !== undefined) bytes += 2 * key.length
  if (contentType !== undefined) bytes += 2 * contentType.length
  if (responseChannel !== undefined) bytes += 2 * responseChannel.length
  return bytes
}
