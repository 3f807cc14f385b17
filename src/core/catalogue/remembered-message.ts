import { type Message, type MessageFacts, NO_HEADERS, payloadSize, type ReusedFacts } from '../message.js'
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

/** The facts that take little memory, for when memory is short. */
export function smallFacts(facts: MessageFacts): ReusedFacts {
  return {
    ...facts,
    headers: NO_HEADERS,
    key: undefined,
    contentType: undefined,
    responseChannel: undefined,
    correlation: undefined,
    amqp: facts.amqp && { ...facts.amqp, table: undefined },
    kafka: facts.kafka && { ...facts.kafka, nullHeaders: undefined }
  }
}

/** The estimated memory of a remembered message, in bytes. */
export function rememberedBytes(message: RememberedMessage): number {
  return MESSAGE_BYTES + payloadSize(message) + factBytes(message)
}

/** The estimated memory of facts that only some messages have, in bytes. */
export function factBytes({
  headers,
  correlation,
  contentType,
  responseChannel,
  key,
  amqp,
  kafka
}: MessageFacts): number {
  let bytes = 0
  for (const [name, value] of headers) bytes += 2 * (name.length + value.length) + 64
  if (correlation !== undefined) bytes += correlation.length
  if (key !== undefined) bytes += 2 * key.length
  if (contentType !== undefined) bytes += 2 * contentType.length
  if (responseChannel !== undefined) bytes += 2 * responseChannel.length
  if (amqp?.table !== undefined) bytes += amqp.table.length
  if (kafka?.nullHeaders !== undefined) bytes += 8 * kafka.nullHeaders.length
  return bytes
}
