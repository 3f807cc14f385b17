import type { Message } from '../message.js'
import type { ChannelEntry } from './channel-entry.js'
import type { ChannelFamily, FamilyRules } from './channel-family.js'

export interface CatalogueOptions {
  /** Channels to keep; messages on further ones are counted and dropped. */
  readonly maxChannels: number
  /** Memory for channel names, histories and schemas together, in bytes. */
  readonly maxBytes: number
  /** Messages kept for each channel, at least 1. */
  readonly historyPerChannel: number
  /** Payload bytes per second that are looked into for kinds and schemas once a channel is known; the rest is only counted. */
  readonly examinedPerSecond: number
  /** When observing began, in microseconds since 1970 UTC; the time of the first message when absent (a recording). */
  readonly startedAt?: number
}

/** What was left out to stay within the bounds. */
export interface Dropped {
  /** Messages on channels beyond `maxChannels` (or beyond the memory for names). */
  readonly beyondChannels: number
  /** Messages that left a history before their turn, for lack of memory. */
  readonly beyondBytes: number
  /** Messages that were counted but not looked into. */
  readonly unexamined: number
}

/** What flows on a broker: every channel seen, within fixed bounds of memory. */
export declare class ChannelCatalogue {
  constructor(options: CatalogueOptions)
  /** Takes messages in; nothing of them is kept but copies. A message without a time is given `now`. */
  observe(batch: readonly Message[]): void
  /** All channels in the order of their appearance; only ever appended to, so a length remembers what was seen. */
  readonly channels: readonly ChannelEntry[]
  get(name: string): ChannelEntry | undefined
  /** Grows with every message taken in. */
  readonly revision: number
  /** Messages and payload bytes received, dropped ones included. */
  readonly messages: number
  readonly bytes: number
  /** Bytes of memory that names, histories and schemas are reckoned to take. */
  readonly held: number
  readonly dropped: Dropped
  readonly startedAt: number | undefined
  /** The time of the latest message. */
  readonly lastSeen: number | undefined
  families(rules?: FamilyRules): ChannelFamily[]
}
