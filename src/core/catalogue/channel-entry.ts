import type { Guarantee, Message } from '../message.js'
import type { PayloadKind } from '../payload.js'
import type { JsonObject } from './json-tree.js'

/** A message that the catalogue remembers: its payload is a copy and stays valid. */
export interface RememberedMessage extends Message {
  readonly time: number
  /** Which message of its channel it was, from 1. */
  readonly sequence: number
  /** The length of the payload as it was received; `payload` is shorter if only its beginning was kept. */
  readonly size: number
}

/**
 * What is known of one channel, which may be no more than its name: a broker lists its channels before a message comes. All times
 * are microseconds since 1970-01-01 UTC.
 */
export interface ChannelEntry {
  readonly name: string
  /** Messages received, retained ones included. */
  readonly count: number
  /** Messages received as they happened, so without the ones that the broker had kept. */
  readonly live: number
  /** Payload bytes received. */
  readonly bytes: number
  /** The times of the first and of the latest message; `undefined` while none came. */
  readonly firstSeen: number | undefined
  readonly lastSeen: number | undefined
  /** The broker keeps a value for this channel, as far as was seen. */
  readonly retained: boolean
  /** Delivery guarantees seen, ascending. */
  readonly guaranteesSeen: readonly Guarantee[]
  /** Payload kinds among the messages that were examined, in the order of their first appearance. */
  readonly kinds: readonly PayloadKind[]
  /** How many messages the schema rests on; the others were counted but, at high rates, not looked into. */
  readonly examined: number
  /** `undefined` while none came. */
  readonly latest: RememberedMessage | undefined
  /** The latest messages, oldest first; the last one is `latest`, and there is none while none came. Bounded by count and, over all channels, by bytes. */
  readonly history: readonly RememberedMessage[]
  /** Live messages per second, over the last 10 seconds before `now`. */
  rate(now: number): number
  /** Live messages per second since the catalogue was opened (or, if later made from a recording, since its start). */
  averageRate(now: number): number
  /** Live messages in each of the last `seconds` (at most 60) whole seconds before `now`, oldest first. */
  samples(now: number, seconds: number): number[]
  /** The JSON Schema of the JSON payloads examined; `undefined` while there was none. */
  schema(): JsonObject | undefined
}
