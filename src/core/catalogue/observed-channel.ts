import type { ListedChannel, PartitionPlace } from '../connection.js'
import { type Guarantee, isRetained, type Message, payloadSize } from '../message.js'
import { type PayloadKind, payloadKind } from '../payload.js'
import { decodeUtf8 } from '../utf8.js'
import type { ChannelEntry, RememberedMessage } from './channel-entry.js'
import type { JsonObject } from './json-tree.js'
import { type HistoryBounds, type HistoryStore, MessageHistory } from './message-history.js'
import { parseJson } from './parse-json.js'
import { RateMeter } from './rate-meter.js'
import { shapeSchema } from './shape-schema.js'
import { SharedLists } from './shared-lists.js'
import { SHAPE_BYTES, type ShapeBudget, ValueShape } from './value-shape.js'

const MICROSECONDS = 1_000_000
/** How many whole seconds `rate` counts, besides the current second. */
const RATE_SECONDS = 9
const SPACE = 0x20
const OPEN_OBJECT = 0x7b
const OPEN_ARRAY = 0x5b
/** How many levels of nesting a schema describes. */
const DEEPEST = 24
/** The greatest length in bytes of a JSON payload that adds to the schema. A longer payload is only recognised as JSON. */
const LONGEST_EXAMINED = 256 * 1024
/** The estimated memory of a channel besides its name, history and schema, in bytes. */
const CHANNEL_BYTES = 800
/** Of a channel without a shape, one is made from so many of its latest messages. */
const ASKED = 4

/** What all channels of a catalogue share. */
export interface ChannelsShare {
  /** When observing began, for average rates. */
  startedAt: number | undefined
  readonly bounds: HistoryBounds
  readonly histories: HistoryStore
  /** How many places the schema of one channel may have. */
  readonly places: number
}

/** One channel of a catalogue, for the catalogue itself. Others see it as a `ChannelEntry`. */
export class ObservedChannel implements ChannelEntry {
  partitions: number | undefined
  places: readonly PartitionPlace[] | undefined
  count = 0
  live = 0
  bytes = 0
  latestSize = 0
  retained = false
  examined = 0
  kinds: readonly PayloadKind[] = []
  guaranteesSeen: readonly Guarantee[] = []
  /** Whether any payload was a JSON object, an array. */
  hadObjects = false
  hadArrays = false
  // These fields always hold a number. If they could also be `undefined`, V8 would allocate an object for each message.
  private stored = Number.NEGATIVE_INFINITY
  private liveBefore = 0
  private first = Number.NEGATIVE_INFINITY
  private last = Number.NEGATIVE_INFINITY
  private lasting: ValueShape | undefined
  private budget: ShapeBudget | undefined
  private meter: RateMeter | undefined

  constructor(
    readonly name: string,
    private readonly share: ChannelsShare,
    readonly messages = new MessageHistory(name, share.bounds, share.histories)
  ) {}

  /**
   * The shape of the JSON payloads. Where there was no memory for one, it is made from the messages that are kept, each time it is asked
   * for. Families merge the shapes of their members.
   */
  get shape(): ValueShape | undefined {
    return this.lasting ?? (this.kinds.includes('json') ? this.shapeOfHistory() : undefined)
  }

  copy(store: HistoryStore): ObservedChannel {
    const copy = new ObservedChannel(this.name, this.share, this.messages.copy(store))
    copy.partitions = this.partitions
    copy.places = this.places
    copy.stored = this.stored
    copy.liveBefore = this.liveBefore
    copy.count = this.count
    copy.live = this.live
    copy.bytes = this.bytes
    copy.latestSize = this.latestSize
    copy.retained = this.retained
    copy.examined = this.examined
    copy.kinds = this.kinds
    copy.guaranteesSeen = this.guaranteesSeen
    copy.first = this.first
    copy.last = this.last
    copy.lasting = this.lasting
    copy.meter = this.meter?.copy(store.slab)
    return copy
  }

  get total(): number {
    return Math.max(this.count, this.stored + this.live - this.liveBefore)
  }

  /** Takes in what a broker has said of the channel. */
  note({ partitions, places, stored }: ListedChannel): void {
    this.partitions = partitions
    this.places = places
    this.stored = stored ?? Number.NEGATIVE_INFINITY
    this.liveBefore = this.live
  }

  get firstSeen(): number | undefined {
    return this.count === 0 ? undefined : this.first
  }

  get lastSeen(): number | undefined {
    return this.count === 0 ? undefined : this.last
  }

  get history(): readonly RememberedMessage[] {
    return this.messages.all
  }

  get latest(): RememberedMessage | undefined {
    return this.messages.latest
  }

  /**
   * Takes a message in. Without `keep`, the next message replaces it in the history, unless somebody reads the history before. Returns
   * whether this message has replaced an earlier one.
   * @param isStored the broker had kept it, and nobody has published it now
   */
  receive(message: Message, time: number, keep: boolean, isStored = false): boolean {
    const { guarantee } = message
    const size = payloadSize(message)
    if (this.count === 0) this.first = time
    this.count++
    this.bytes += size
    this.latestSize = size
    if (time < this.first) this.first = time
    if (time > this.last) this.last = time
    if (guarantee !== undefined && !this.guaranteesSeen.includes(guarantee)) {
      this.guaranteesSeen = guaranteeLists.of([...this.guaranteesSeen, guarantee].sort())
    }
    if (isRetained(message)) this.retained = size > 0
    else if (!isStored) {
      this.live++
      this.meter ??= new RateMeter(this.share.histories.slab)
      this.meter.add(time)
    }
    return this.messages.add(message, time, this.count, keep)
  }

  /**
   * Examines a payload for its kind and, if it is JSON and there is memory for it, for its shape. Returns by how many bytes of memory the
   * shape grew.
   */
  examine(payload: Uint8Array | null, hasMemory: boolean): number {
    this.examined++
    const kind = payloadKind(payload)
    if (!this.kinds.includes(kind)) this.kinds = kindLists.of([...this.kinds, kind])
    this.messages.noteKind(kind)
    if (payload === null || kind !== 'json') return 0
    this.noteForm(payload)
    if (!hasMemory || payload.length > LONGEST_EXAMINED) return 0
    this.budget ??= { places: this.share.places }
    const before = this.budget.places
    this.lasting ??= new ValueShape(this.budget)
    this.lasting.add(parseJson(decodeUtf8(payload), DEEPEST))
    return (before - this.budget.places) * SHAPE_BYTES
  }

  private noteForm(json: Uint8Array): void {
    let at = 0
    while ((json[at] ?? SPACE + 1) <= SPACE) at++
    if (json[at] === OPEN_OBJECT) this.hadObjects = true
    else if (json[at] === OPEN_ARRAY) this.hadArrays = true
  }

  private shapeOfHistory(): ValueShape | undefined {
    let shape: ValueShape | undefined
    for (const { payload, size } of this.messages.all.slice(-ASKED)) {
      if (payload === null || payload.length < size || size > LONGEST_EXAMINED || !isJson(payload)) continue
      shape ??= new ValueShape({ places: this.share.places })
      shape.add(parseJson(decodeUtf8(payload), DEEPEST))
    }
    return shape
  }

  rate(now: number): number {
    const elapsed = (now - (this.share.startedAt ?? now)) / MICROSECONDS
    const window = RATE_SECONDS + (now / MICROSECONDS - Math.floor(now / MICROSECONDS))
    return (this.meter?.recent(now, RATE_SECONDS) ?? 0) / Math.max(1, Math.min(window, elapsed))
  }

  averageRate(now: number): number {
    return this.live / Math.max(1, (now - (this.share.startedAt ?? now)) / MICROSECONDS)
  }

  samples(now: number, seconds: number): number[] {
    return this.meter?.samples(now, seconds) ?? new Array<number>(Math.min(seconds, 60)).fill(0)
  }

  schema(): JsonObject | undefined {
    const { shape } = this
    return shape && shapeSchema(shape)
  }
}

const kindLists = new SharedLists<PayloadKind>()
const guaranteeLists = new SharedLists<Guarantee>()

const isJson = (payload: Uint8Array): boolean => payloadKind(payload) === 'json'

/** The estimated memory of a channel of this name before it has a history, in bytes. */
export function channelBytes(name: string): number {
  return CHANNEL_BYTES + 2 * name.length
}
