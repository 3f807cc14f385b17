import type { PartitionPlace } from '../connection.js'
import type { Guarantee, Message } from '../message.js'
import type { PayloadKind } from '../payload.js'
import type { JsonObject } from './json-tree.js'
import type { HistoryStore } from './message-history.js'

/** A message that the catalogue keeps. Its payload is a copy, and stays valid. */
export interface RememberedMessage extends Message {
  readonly time: number
  /** The number of the message on its channel, counted from 1. */
  readonly sequence: number
  /** The length of the payload as it was received; `payload` is shorter if only its beginning was kept. */
  readonly size: number
  /** What the whole payload is, where only its beginning was kept; absent where nobody has looked into all of it. */
  readonly kind?: PayloadKind
}

/** Whether the time of a message is its source time, because the broker had kept it, and not when it was received. */
export const isPlacedBySource = ({ time, sourceTime }: RememberedMessage): boolean => time === sourceTime

/**
 * What the catalogue knows of one channel. It may know only the name, because a broker can list a channel before a message comes. All
 * times are microseconds since 1970-01-01 UTC.
 */
export interface ChannelEntry {
  readonly name: string
  /** Into how many partitions the broker divides it, if the broker has said so. */
  readonly partitions: number | undefined
  /** Where these are, if the broker has said so. */
  readonly places: readonly PartitionPlace[] | undefined
  /** Messages received, including those that the broker had kept. */
  readonly count: number
  /** Messages received as they were published: all except those that the broker had kept. */
  readonly live: number
  /** The messages that the broker keeps, where it has said how many, and those that came since; otherwise `count`. */
  readonly total: number
  /** Payload bytes received. */
  readonly bytes: number
  /** The times of the first and of the latest message; `undefined` while none came. */
  readonly firstSeen: number | undefined
  readonly lastSeen: number | undefined
  /** Whether the broker keeps a retained message for this channel, as far as was observed. */
  readonly retained: boolean
  /** Delivery guarantees seen, ascending. */
  readonly guaranteesSeen: readonly Guarantee[]
  /** Payload kinds among the messages that were examined, in the order of their first appearance. */
  readonly kinds: readonly PayloadKind[]
  /** How many messages were examined for kinds and schema. At high rates, further messages are only counted. */
  readonly examined: number
  /** The latest message; `undefined` before the first one. */
  readonly latest: RememberedMessage | undefined
  /** The bytes of the latest message's payload, as it was received; 0 before the first message. Cheaper than asking `latest`. */
  readonly latestSize: number
  /** The latest messages, oldest first; the last one is `latest`. Bounded by their number and, over all channels, by bytes. */
  readonly history: readonly RememberedMessage[]
  /** Live messages per second, over the last 10 seconds before `now`. */
  rate(now: number): number
  /** Live messages per second since observing began. */
  averageRate(now: number): number
  /** Live messages in each of the last `seconds` (at most 60) whole seconds before `now`, oldest first. */
  samples(now: number, seconds: number): number[]
  /**
   * The channel as it is now, whatever comes later. Only its schema stays the live one: to infer a schema for each of many channels would
   * take too long.
   * @param store for what the copies of many channels keep together
   */
  copy(store: HistoryStore): ChannelEntry
  /** The JSON Schema of the JSON payloads examined; `undefined` while there was none. */
  schema(): JsonObject | undefined
}
