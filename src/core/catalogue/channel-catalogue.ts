import type { PatternRules } from '../channel-pattern.js'
import { type Message, payloadSize } from '../message.js'
import { Allowance } from './allowance.js'
import type { ChannelEntry } from './channel-entry.js'
import { type ChannelFamily, type FamilyRules, findFamilies } from './channel-family.js'
import type { HistoryBounds } from './message-history.js'
import { channelBytes, ObservedChannel, type ObservedSpan } from './observed-channel.js'
import { SHAPE_BYTES } from './value-shape.js'

/** The first messages of every channel are looked into, whatever the rate. */
const ALWAYS_EXAMINED = 4
/** The part of the memory that names and schemas may take; the rest is for histories. */
const LASTING_PART = 0.75
/** Of a longer payload only the beginning is kept. */
const LONGEST_KEPT = 1024 * 1024
/** Places that the schema of one channel may have. */
const MOST_PLACES = 1000
/** How many channels are compared for the longest history when memory is short. */
const COMPARED = 8

export interface CatalogueOptions extends PatternRules {
  /** Channels to keep; messages on further ones are counted and dropped. */
  readonly maxChannels: number
  /** Memory for channel names, histories and schemas together, in bytes. */
  readonly maxBytes: number
  /** Messages kept for each channel, at least 1. */
  readonly historyPerChannel: number
  /** Payload bytes per second that are looked into for kinds and schemas once a channel is known; the rest is only counted. */
  readonly examinedPerSecond: number
  /** Messages per second that histories are sure to get; of further ones each channel keeps the latest. All when absent. */
  readonly keptPerSecond?: number
  /** When observing began, in microseconds since 1970 UTC; the time of the first message or list when absent (a recording). */
  readonly startedAt?: number
}

/** What was left out to stay within the bounds. */
export interface Dropped {
  /** Messages on channels beyond `maxChannels` (or beyond the memory for names). */
  readonly beyondChannels: number
  /** Messages that are missing from histories before their turn, for lack of memory or of time. */
  readonly beyondBytes: number
  /** Messages that were counted but not looked into. */
  readonly unexamined: number
  /** Channels of the latest list that are beyond `maxChannels` (or beyond the memory for names). */
  readonly unlisted: number
}

/** What flows on a broker: every channel seen or listed, within fixed bounds of memory. */
export class ChannelCatalogue {
  /** All channels in the order of their appearance; only ever appended to, so a length remembers what was seen. */
  readonly channels: readonly ChannelEntry[]
  /** What divides the levels of channels. */
  readonly separator: string
  /** Messages and payload bytes received, dropped ones included. */
  messages = 0
  bytes = 0
  /** Bytes of memory that names, histories and schemas are reckoned to take. */
  held = 0
  readonly dropped: Dropped
  /** The time of the latest message. */
  lastSeen: number | undefined

  private readonly known: ObservedChannel[] = []
  private readonly byName = new Map<string, ObservedChannel>()
  private readonly drops = { beyondChannels: 0, beyondBytes: 0, unexamined: 0, unlisted: 0 }
  private readonly span: ObservedSpan
  private readonly bounds: HistoryBounds
  private readonly places: number
  private lasting = 0
  /** Channels that a list added. */
  private listed = 0
  private readonly keepable: Allowance
  private readonly examinable: Allowance
  private hand = 0
  /** Messages in histories besides the latest of each channel. */
  private spare = 0

  constructor(private readonly options: CatalogueOptions) {
    this.channels = this.known
    this.separator = options.separator
    this.dropped = this.drops
    this.span = { startedAt: options.startedAt }
    this.bounds = {
      length: options.historyPerChannel,
      longestPayload: Math.floor(Math.min(LONGEST_KEPT, options.maxBytes / 16))
    }
    this.keepable = new Allowance(options.keptPerSecond ?? Number.POSITIVE_INFINITY)
    this.examinable = new Allowance(options.examinedPerSecond)
    this.places = Math.min(MOST_PLACES, Math.floor(options.maxBytes / 16 / SHAPE_BYTES))
  }

  /** Grows with every message taken in and every channel that a list adds. */
  get revision(): number {
    return this.messages + this.listed
  }

  get startedAt(): number | undefined {
    return this.span.startedAt
  }

  get(name: string): ChannelEntry | undefined {
    return this.byName.get(name)
  }

  /** Takes messages in; nothing of them is kept but copies. A message without a time counts as received with the one before. */
  observe(batch: readonly Message[]): void {
    for (const message of batch) this.observeOne(message)
  }

  /** Takes in channels that a broker tells of, also those without a message so far, at that time (microseconds since 1970 UTC). */
  list(channels: readonly { readonly name: string }[], time: number): void {
    this.span.startedAt ??= time
    this.drops.unlisted = 0
    for (const name of new Set(channels.map((channel) => channel.name))) {
      if (this.byName.has(name)) continue
      const channel = this.addChannel(name)
      if (channel === undefined) this.drops.unlisted++
      else this.listed++
      while (channel !== undefined && this.held > this.options.maxBytes) this.makeRoom(channel)
    }
  }

  /** The channels gathered into families by the rules; every channel is in exactly one. */
  families(rules: FamilyRules = {}): ChannelFamily[] {
    return findFamilies(this.known, rules, this.options)
  }

  private observeOne(message: Message): void {
    const time = message.time ?? this.lastSeen ?? 0
    this.messages++
    const size = payloadSize(message)
    this.bytes += size
    this.span.startedAt ??= time
    if (this.lastSeen === undefined || time > this.lastSeen) this.lastSeen = time
    const channel = this.byName.get(message.channel) ?? this.addChannel(message.channel)
    if (channel === undefined) {
      this.drops.beyondChannels++
      return
    }
    if (channel.receive(message, time, this.keepable.take(1, time))) this.drops.beyondBytes++
    this.account(channel)
    if (this.mayExamine(channel, size, time)) {
      const grown = channel.examine(message.payload)
      this.lasting += grown
      this.held += grown
    } else this.drops.unexamined++
    while (this.held > this.options.maxBytes) this.makeRoom(channel)
  }

  private addChannel(name: string): ObservedChannel | undefined {
    const cost = channelBytes(name)
    if (this.known.length >= this.options.maxChannels || !this.hasRoom(cost)) return undefined
    const channel = new ObservedChannel(name, this.span, this.bounds, this.places)
    this.known.push(channel)
    this.byName.set(name, channel)
    this.lasting += cost
    this.held += cost
    return channel
  }

  private hasRoom(bytes: number): boolean {
    return this.lasting + bytes <= this.options.maxBytes * LASTING_PART
  }

  private mayExamine(channel: ObservedChannel, size: number, time: number): boolean {
    if (!this.hasRoom((this.places + 1) * SHAPE_BYTES)) return false
    return this.examinable.take(size, time) || channel.examined < ALWAYS_EXAMINED
  }

  /** Adds up what the channel's history has grown or shrunk by; it also grows when somebody looks at it. */
  private account({ messages }: ObservedChannel): void {
    this.held += messages.bytes - messages.accountedBytes
    this.spare += messages.spare - messages.accountedSpare
    messages.accountedBytes = messages.bytes
    messages.accountedSpare = messages.spare
  }

  /** Forgets the oldest message of the longest history among a few; its own, and the next ones in turn. */
  private makeRoom(own: ObservedChannel): void {
    let longest = own
    for (let i = 0; i < COMPARED; i++) {
      this.hand = (this.hand + 1) % this.known.length
      const next = this.known[this.hand] ?? own
      if (next.messages.spare > longest.messages.spare) longest = next
      else if (this.spare === 0 && next.messages.bytes > longest.messages.bytes) longest = next
    }
    if (longest.messages.spare === 0 && this.spare > 0) return
    if (longest.messages.forget()) this.drops.beyondBytes++
    this.account(longest)
  }
}
