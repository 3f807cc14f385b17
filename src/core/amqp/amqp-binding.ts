import type { TextOrBytes } from '../text-or-bytes.js'

/**
 * The facts of a message that only AMQP 0-9-1 has: of its delivery, and those basic properties that no other protocol has. Short strings
 * are text where they are UTF-8, and bytes otherwise.
 */
export interface AmqpBinding {
  /** 1: the broker may keep the message in memory only. 2: it writes the message to disk (persistent). */
  readonly deliveryMode?: number | undefined
  /** From 0 to 255; queues that have priorities deliver the greater first. */
  readonly priority?: number | undefined
  readonly messageId?: TextOrBytes | undefined
  readonly type?: TextOrBytes | undefined
  readonly appId?: TextOrBytes | undefined
  /** The user who published the message. The broker refuses another name than that of the connection. */
  readonly userId?: TextOrBytes | undefined
  readonly contentEncoding?: TextOrBytes | undefined
  /**
   * The exact table of headers, without its length, where text does not say all of it: it has numbers, nested tables and the like. It
   * counts header by header, and only while the headers of the message say the same (`tableOf`).
   */
  readonly table?: Uint8Array | undefined
  /** The exchange that a received message was published to; empty for the default exchange. */
  readonly exchange?: string | undefined
  /** The routing key of a received message, where its channel is another text. */
  readonly routingKey?: string | undefined
  /** The broker delivered this message before, and it was not acknowledged. */
  readonly redelivered?: boolean | undefined
  /** How often a quorum queue has delivered the message before. */
  readonly deliveryCount?: number | undefined
  /** The position of a received message in its stream, from 0. */
  readonly offset?: number | undefined
}

/** The binding as the publisher sent it: without the facts of the delivery. The channel says where a message is published. */
export function publishedAmqp(amqp: AmqpBinding | undefined): AmqpBinding | undefined {
  if (amqp === undefined) return undefined
  const { exchange, routingKey, redelivered, deliveryCount, offset, ...published } = amqp
  const isAsPublished = [exchange, routingKey, redelivered, deliveryCount, offset].every(
    (fact) => fact === undefined
  )
  return isAsPublished ? amqp : published
}
