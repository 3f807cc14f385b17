import { type AmqpBinding, publishedAmqp } from './amqp/amqp-binding.js'
import type { Violation } from './contract.js'
import { type KafkaBinding, publishedKafka } from './kafka/kafka-binding.js'
import type { TextOrBytes } from './text-or-bytes.js'

export type { TextOrBytes } from './text-or-bytes.js'

/** One header: a name and its value. Names may repeat and their order counts, so headers are a list and never an object. */
export type Header = readonly [name: string, value: TextOrBytes]

/** The delivery guarantee, MQTT's QoS: 0 at most once, 1 at least once, 2 exactly once. */
export type Guarantee = 0 | 1 | 2

/** The guarantee of a message that asks for none: at least once. */
export const DEFAULT_GUARANTEE: Guarantee = 1

/** The facts of a message that only MQTT has: flags, and those properties of an MQTT 5 PUBLISH packet that no other protocol has. */
export interface MqttBinding {
  /** When publishing: the broker retains the message as the channel's last value. When received: the broker had retained it. */
  readonly retain: boolean
  /** The broker or publisher sent this message before and is not sure that it arrived. */
  readonly dup?: boolean
  /** The payload is declared to be UTF-8 text (payload format indicator 1) or unspecified bytes (false, indicator 0). */
  readonly payloadUtf8?: boolean
  /** Identifiers of the subscriptions that this message matched; only on received messages. */
  readonly subscriptionIds?: readonly number[]
}

/** The facts that only one protocol has, under the name that AsyncAPI gives that protocol. A message has one of these at most. */
export interface Bindings {
  readonly mqtt?: MqttBinding | undefined
  readonly amqp?: AmqpBinding | undefined
  readonly kafka?: KafkaBinding | undefined
}

/** The names of those facts. */
export const BINDINGS = ['mqtt', 'amqp', 'kafka'] as const satisfies readonly (keyof Bindings)[]

/**
 * The facts of a message besides its channel and payload. Most protocols share them. A fact that is `undefined` is absent: the
 * protocol does not have it, or the publisher did not set it.
 */
export interface MessageFacts extends Bindings {
  readonly headers: readonly Header[]
  /** When publishing: the wanted guarantee, `DEFAULT_GUARANTEE` if absent. When received: the guarantee of the delivery. */
  readonly guarantee?: Guarantee | undefined
  /** The message key, in protocols that have one (Kafka, Pulsar): the broker keeps messages of one key together or in order. */
  readonly key?: TextOrBytes | undefined
  readonly contentType?: string | undefined
  /** Nobody has said the content type: it follows from the payload, so that it is no loss where a broker cannot carry it. */
  readonly isContentTypeImplied?: boolean | undefined
  /** Seconds after which the message expires; fractions are allowed. */
  readonly expiry?: number | undefined
  /** The channel on which an answer is expected. */
  readonly responseChannel?: string | undefined
  /** The bytes that an answer carries back, so that the requester recognises the answer. */
  readonly correlation?: Uint8Array | undefined
  /** When the message was published, as its publisher or the broker says: microseconds since 1970-01-01 UTC. */
  readonly sourceTime?: number | undefined
}

/** A message: an event (something happened) or a command (do this), on a channel. */
export interface Message extends MessageFacts {
  readonly channel: string
  /**
   * The bytes exactly as published; `null` where there is no payload at all, which is not the same as an empty one. A received
   * payload is a view that is valid until its receiver has settled.
   */
  readonly payload: Uint8Array | null
  /** When it was received: microseconds since 1970-01-01 UTC. Absent on a message that was never received. */
  readonly time?: number | undefined
  /** In what it breaks the contract that it was checked against; absent if it keeps it, or was not checked. */
  readonly violations?: readonly Violation[] | undefined
}

/** The headers of a message that has none; shared, so that the common case allocates nothing. */
export const NO_HEADERS: readonly Header[] = Object.freeze([])

const NO_BYTES = new Uint8Array(0)

/**
 * The payload as bytes; empty where there is no payload. For code that only reads the payload: code that passes a message on must keep
 * an empty payload and no payload apart.
 */
export const payloadBytes = ({ payload }: Pick<Message, 'payload'>): Uint8Array => payload ?? NO_BYTES

/** The payload's length in bytes: 0 where there is none. */
export const payloadSize = ({ payload }: Pick<Message, 'payload'>): number =>
  payload === null ? 0 : payload.length

/** Whether the broker retains the message as its channel's last value, or had retained it. */
export const isRetained = ({ mqtt }: MessageFacts): boolean => mqtt?.retain === true

/** Whether the message may be a repetition of an earlier one (MQTT's DUP flag, AMQP's redelivered). */
export const isRedelivered = ({ mqtt, amqp }: MessageFacts): boolean =>
  mqtt?.dup === true || amqp?.redelivered === true

/** Where a message is in what its broker keeps, where the broker has such places. */
export interface MessagePlace {
  readonly partition?: number | undefined
  readonly offset: number
}

/** That place; undefined where there is none. */
export function placeOf({ kafka, amqp }: MessageFacts): MessagePlace | undefined {
  if (kafka?.offset !== undefined) return { partition: kafka.partition, offset: kafka.offset }
  return amqp?.offset === undefined ? undefined : { offset: amqp.offset }
}

/** The message as its publisher sent it: without the facts that only a received message has. */
export function asPublished<T extends MessageFacts>(message: T): T {
  const mqtt = publishedMqtt(message.mqtt)
  const amqp = publishedAmqp(message.amqp)
  const kafka = publishedKafka(message.kafka)
  const isAsPublished = mqtt === message.mqtt && amqp === message.amqp && kafka === message.kafka
  return isAsPublished ? message : { ...message, mqtt, amqp, kafka }
}

/** The binding as the publisher sent it: without the facts of the delivery. */
export function publishedMqtt(mqtt: MqttBinding | undefined): MqttBinding | undefined {
  if (mqtt === undefined || (mqtt.dup === undefined && mqtt.subscriptionIds === undefined)) return mqtt
  const { dup: _dup, subscriptionIds: _ids, ...published } = mqtt
  return published
}

/** The message with another retain flag. */
export function withRetain<T extends MessageFacts>(message: T, retain: boolean): T {
  if (isRetained(message) === retain) return message
  return { ...message, mqtt: { ...message.mqtt, retain } }
}

/**
 * Makes a message, and is called for every received one. So a message that has none of the rarer facts gets few members, and all such
 * messages have one object shape.
 */
export function messageOf(channel: string, payload: Uint8Array | null, facts: MessageFacts): Message {
  const { headers, guarantee, mqtt } = facts
  return hasRareFacts(facts) ? { channel, payload, ...facts } : { channel, payload, headers, guarantee, mqtt }
}

/** Whether there are more facts than headers, a guarantee and a binding of MQTT. */
export function hasRareFacts(facts: MessageFacts): boolean {
  const { contentType, expiry, responseChannel, correlation, key, sourceTime, amqp, kafka } = facts
  return (
    contentType !== undefined ||
    expiry !== undefined ||
    responseChannel !== undefined ||
    correlation !== undefined ||
    key !== undefined ||
    sourceTime !== undefined ||
    amqp !== undefined ||
    kafka !== undefined
  )
}

/** The facts of a message that has no headers and no rare facts, without the message. */
export const plainFacts = ({ guarantee, mqtt }: MessageFacts): MessageFacts => ({
  headers: NO_HEADERS,
  guarantee,
  mqtt
})

/** Whether the plain facts of two messages are the same. */
export const arePlainAlike = (one: MessageFacts, other: MessageFacts): boolean =>
  one.guarantee === other.guarantee && one.mqtt === other.mqtt

/** Facts that are overwritten for each message, for code that keeps only the latest message. */
export type ReusedFacts = { -readonly [Fact in keyof MessageFacts]: MessageFacts[Fact] }

/** Copies the facts of a message without its payload: a payload is a view, and would keep a whole chunk of network bytes in memory. */
export function copyFacts(from: MessageFacts, into: ReusedFacts): void {
  into.headers = from.headers
  into.guarantee = from.guarantee
  into.key = from.key
  into.contentType = from.contentType
  into.isContentTypeImplied = from.isContentTypeImplied
  into.expiry = from.expiry
  into.responseChannel = from.responseChannel
  into.correlation = from.correlation
  into.sourceTime = from.sourceTime
  into.mqtt = from.mqtt
  into.amqp = from.amqp
  into.kafka = from.kafka
}
