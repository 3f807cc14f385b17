import { type Guarantee, isRetained, type Message, payloadSize } from '../message.js'
import { type PayloadKind, payloadKind } from '../payload.js'
import { decodeUtf8 } from '../utf8.js'
import type { ChannelEntry, RememberedMessage } from './channel-entry.js'
import type { JsonObject } from './json-tree.js'
import { type HistoryBounds, MessageHistory } from './message-history.js'
import { parseJson } from './parse-json.js'
import { RateMeter } from './rate-meter.js'
import { shapeSchema } from './shape-schema.js'
import { SHAPE_BYTES, type ShapeBudget, ValueShape } from './value-shape.js'

const MICROSECONDS = 1_000_000
/** How many whole seconds `rate` counts, besides the current second. */
const RATE_SECONDS = 9
/** How many levels of nesting a schema describes. */
const DEEPEST = 24
/** The greatest length in bytes of a JSON payload that adds to the schema. A longer payload is only recognised as JSON. */
const LONGEST_EXAMINED = 256 * 1024
/** The estimated memory of a channel besides its name, history and schema, in bytes. */
const CHANNEL_BYTES = 1200

/** The time span of average rates. All channels of a catalogue share one object. */
export interface ObservedSpan {
  startedAt: number | undefined
}

/** One channel of a catalogue, for the catalogue itself. Others see it as a `ChannelEntry`. */
export class ObservedChannel implements ChannelEntry {
  count = 0
  live = 0
  bytes = 0
  latestSize = 0
  retained = false
  examined = 0
  readonly kinds: PayloadKind[] = []
  readonly guaranteesSeen: Guarantee[] = []
  readonly messages: MessageHistory
  /** The shape of the JSON payloads. Families merge the shapes of their members. */
  shape: ValueShape | undefined
  // These fields always hold a number. If they could also be `undefined`, V8 would allocate an object for each message.
  private first = Number.NEGATIVE_INFINITY
  private last = Number.NEGATIVE_INFINITY
  private readonly budget: ShapeBudget
  private meter: RateMeter | undefined

  constructor(
    readonly name: string,
    private readonly span: ObservedSpan,
    bounds: HistoryBounds,
    places: number
  ) {
    this.messages = new MessageHistory(bounds)
    this.budget = { places }
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
   */
  receive(message: Message, time: number, keep: boolean): boolean {
    const { guarantee } = message
    const size = payloadSize(message)
    if (this.count === 0) this.first = time
    this.count++
    this.bytes += size
    this.latestSize = size
    if (time > this.last) this.last = time
    if (guarantee !== undefined && !this.guaranteesSeen.includes(guarantee)) {
      this.guaranteesSeen.push(guarantee)
      this.guaranteesSeen.sort()
    }
    if (isRetained(message)) this.retained = size > 0
    else {
      this.live++
      this.meter ??= new RateMeter()
      this.meter.add(time)
    }
    return this.messages.add(message, time, this.count, keep)
  }

  /** Examines a payload for its kind and, if it is JSON, its shape. Returns by how many bytes of memory the shape grew. */
  examine(payload: Uint8Array | null): number {
    this.examined++
    const kind = payloadKind(payload)
    if (!this.kinds.includes(kind)) this.kinds.push(kind)
    this.messages.noteKind(kind)
    if (payload === null || kind !== 'json' || payload.length > LONGEST_EXAMINED) return 0
    const before = this.budget.places
    this.shape ??= new ValueShape(this.budget)
    const text = decodeUtf8(payload)
    this.shape.add(parseJson(text, DEEPEST))
    return (before - this.budget.places) * SHAPE_BYTES
  }

  rate(now: number): number {
    const elapsed = (now - (this.span.startedAt ?? now)) / MICROSECONDS
    const window = RATE_SECONDS + (now / MICROSECONDS - Math.floor(now / MICROSECONDS))
    return (this.meter?.recent(now, RATE_SECONDS) ?? 0) / Math.max(1, Math.min(window, elapsed))
  }

  averageRate(now: number): number {
    return this.live / Math.max(1, (now - (this.span.startedAt ?? now)) / MICROSECONDS)
  }

  samples(now: number, seconds: number): number[] {
    return this.meter?.samples(now, seconds) ?? new Array<number>(Math.min(seconds, 60)).fill(0)
  }

  schema(): JsonObject | undefined {
    return this.shape && shapeSchema(this.shape)
  }
}

/** The estimated memory of a channel of this name before it has a history, in bytes. */
export function channelBytes(name: string): number {
  return CHANNEL_BYTES + 2 * name.length
}
