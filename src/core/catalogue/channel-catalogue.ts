import type { PatternRules } from '../channel-pattern.js'
import { NumberCharts } from '../charts/number-charts.js'
import type { ListedChannel } from '../connection.js'
import { type Message, payloadSize } from '../message.js'
import { Allowance } from './allowance.js'
import type { ChannelEntry } from './channel-entry.js'
import { type ChannelFamily, type FamilyRules, findFamilies } from './channel-family.js'
import { newHistoryStore } from './message-history.js'
import { type ChannelsShare, channelBytes, ObservedChannel } from './observed-channel.js'
import { SHAPE_BYTES } from './value-shape.js'

/** So many first messages of each channel are examined at any rate. */
const ALWAYS_EXAMINED = 4
/** The shares of the memory that names and schemas may take. The rest is for histories; they may be emptied, and names not. */
const NAMES_PART = 0.65
const SCHEMAS_PART = 0.25
/** Only so many bytes of a longer payload are kept. */
const LONGEST_KEPT = 1024 * 1024
/** How many places the schema of one channel may have. */
const MOST_PLACES = 1000
/** When memory is short, so many channels are compared to find a long history. */
const COMPARED = 8

export interface CatalogueOptions extends PatternRules {
  /** How many channels are kept. Messages on further channels are counted and dropped. */
  readonly maxChannels: number
  /** Memory for channel names, histories and schemas together, in bytes. */
  readonly maxBytes: number
  /** How many messages are kept for each channel, at least 1. */
  readonly historyPerChannel: number
  /** Payload bytes per second that are examined for kinds and schemas once a channel is known. Further payloads are only counted. */
  readonly examinedPerSecond: number
  /** Messages per second that histories keep; of further messages each channel keeps only the latest. All messages if absent. */
  readonly keptPerSecond?: number
  /** When observing began, in microseconds since 1970 UTC. If absent (for a recording), the time of the first message or list. */
  readonly startedAt?: number
}

/** What the catalogue left out to stay within its bounds. */
export interface Dropped {
  /** Messages on channels beyond `maxChannels` (or beyond the memory for names). */
  readonly beyondChannels: number
  /** Messages that histories have lost early, for lack of memory or because of the rate. */
  readonly beyondBytes: number
  /** Messages that were counted but not examined. */
  readonly unexamined: number
  /** Channels of the latest list that are beyond `maxChannels` (or beyond the memory for names). */
  readonly unlisted: number
}

/** The catalogue of a broker: every channel that was observed or listed, within fixed bounds of memory. */
export class ChannelCatalogue {
  /** All channels in the order of their appearance. The list only grows, so a reader that keeps its length knows which ones are new. */
  readonly channels: readonly ChannelEntry[]
  /** The separator between the levels of channels. */
  readonly separator: string
  /** Messages and payload bytes received, including dropped messages. */
  messages = 0
  bytes = 0
  readonly dropped: Dropped
  /** The time of the latest message. */
  lastSeen: number | undefined

  private charts: NumberCharts | undefined
  private readonly known: ObservedChannel[] = []
  private readonly byName = new Map<string, ObservedChannel>()
  private readonly drops = { beyondChannels: 0, beyondBytes: 0, unexamined: 0, unlisted: 0 }
  private readonly share: ChannelsShare
  /** The estimated memory of names, and of schemas, in bytes. */
  private namesHeld = 0
  private schemasHeld = 0
  /** How many channels the broker's lists have added. */
  private listed = 0
  private readonly keepable: Allowance
  private readonly examinable: Allowance
  private hand = 0

  constructor(private readonly options: CatalogueOptions) {
    this.channels = this.known
    this.separator = options.separator
    this.dropped = this.drops
    this.share = {
      startedAt: options.startedAt,
      bounds: {
        length: options.historyPerChannel,
        longestPayload: Math.floor(Math.min(LONGEST_KEPT, options.maxBytes / 16))
      },
      histories: newHistoryStore(),
      places: Math.min(MOST_PLACES, Math.floor(options.maxBytes / 16 / SHAPE_BYTES))
    }
    this.keepable = new Allowance(options.keptPerSecond ?? Number.POSITIVE_INFINITY)
    this.examinable = new Allowance(options.examinedPerSecond)
  }

  /** Grows with every message that is observed and every channel that a list adds. */
  get revision(): number {
    return this.messages + this.listed
  }

  get startedAt(): number | undefined {
    return this.share.startedAt
  }

  /** The estimated memory of names, histories and schemas, in bytes. */
  get held(): number {
    return this.namesHeld + this.schemasHeld + this.share.histories.bytes
  }

  /** How much of that may be used, in bytes. */
  get maxBytes(): number {
    return this.options.maxBytes
  }

  get(name: string): ChannelEntry | undefined {
    return this.byName.get(name)
  }

  /** The names of so many channels: those that were seen first. */
  firstNames(most: number): string[] {
    return this.known.slice(0, most).map(({ name }) => name)
  }

  /** Takes messages in, and keeps only copies. A message without a time gets the time of the message before it. */
  observe(batch: readonly Message[]): void {
    for (const message of batch) this.observeOne(message)
  }

  /**
   * Takes in messages that the broker had kept. They count as of their source times, which are not later than the time of their receipt.
   */
  observeStored(batch: readonly Message[]): void {
    for (const message of batch) {
      const received = message.time ?? this.lastSeen ?? 0
      const { sourceTime = received } = message
      this.observeOne(message, sourceTime > 0 ? Math.min(sourceTime, received) : received, true)
    }
  }

  /** Takes in the channels that a broker has listed, with or without messages, at that time (microseconds since 1970 UTC). */
  list(channels: readonly ListedChannel[], time: number): void {
    this.share.startedAt ??= time
    this.drops.unlisted = 0
    for (const listed of new Map(channels.map((channel) => [channel.name, channel])).values()) {
      const known = this.byName.get(listed.name)
      const channel = known ?? this.addChannel(listed.name)
      channel?.note(listed)
      if (channel === undefined) this.drops.unlisted++
      else if (known === undefined) this.listed++
    }
    this.stayWithin(this.known[0])
  }

  /** The channels, gathered into families by the rules. Every channel is in exactly one family. */
  families(rules: FamilyRules = {}): ChannelFamily[] {
    return findFamilies(this.known, rules, this.options)
  }

  /** The numbers in the messages over time; kept from the first call on. */
  keepCharts(): NumberCharts {
    this.charts ??= new NumberCharts(this.options.examinedPerSecond === Number.POSITIVE_INFINITY)
    return this.charts
  }

  private observeOne(message: Message, time = message.time ?? this.lastSeen ?? 0, isStored = false): void {
    this.messages++
    const size = payloadSize(message)
    this.bytes += size
    this.share.startedAt ??= time
    if (this.lastSeen === undefined || time > this.lastSeen) this.lastSeen = time
    const channel = this.byName.get(message.channel) ?? this.addChannel(message.channel)
    if (channel === undefined) {
      this.drops.beyondChannels++
      this.stayWithin(this.known[0])
      return
    }
    // What may be spent grows with the time that goes by here.
    const now = message.time ?? time
    if (channel.receive(message, time, this.keepable.take(1, now), isStored)) this.drops.beyondBytes++
    this.charts?.observe(message, time)
    if (this.examinable.take(size, now) || channel.examined < ALWAYS_EXAMINED)
      this.schemasHeld += channel.examine(message.payload, this.hasRoomForSchema)
    else this.drops.unexamined++
    this.stayWithin(channel)
  }

  private addChannel(name: string): ObservedChannel | undefined {
    const cost = channelBytes(name)
    const hasRoom = this.namesHeld + cost <= this.options.maxBytes * NAMES_PART
    if (this.known.length >= this.options.maxChannels || !hasRoom) return undefined
    const channel = new ObservedChannel(name, this.share)
    this.known.push(channel)
    this.byName.set(name, channel)
    this.namesHeld += cost
    return channel
  }

  /** Whether the largest schema that a channel may have would fit. */
  private get hasRoomForSchema(): boolean {
    const most = (this.share.places + 1) * SHAPE_BYTES
    return this.schemasHeld + most <= this.options.maxBytes * SCHEMAS_PART
  }

  /** Frees memory down to what may be used. Names and shapes take it, and so does reading: a message that is read becomes an object. */
  private stayWithin(own: ObservedChannel | undefined): void {
    while (own !== undefined && this.held > this.options.maxBytes) this.makeRoom(own)
  }

  /** Forgets the oldest message of the longest history among a few channels: the given one, and the next ones in turn. */
  private makeRoom(own: ObservedChannel): void {
    const { histories } = this.share
    let longest = own
    for (let i = 0; i < COMPARED; i++) {
      this.hand = (this.hand + 1) % this.known.length
      const next = this.known[this.hand] ?? own
      if (next.messages.spare > longest.messages.spare) longest = next
      else if (histories.spare === 0 && next.messages.bytes > longest.messages.bytes) longest = next
    }
    if (longest.messages.spare === 0 && histories.spare > 0) return
    if (longest.messages.forget()) this.drops.beyondBytes++
  }
}
