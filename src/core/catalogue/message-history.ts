import {
  copyFacts,
  hasRareFacts,
  type Message,
  type MessageFacts,
  NO_HEADERS,
  payloadSize,
  type ReusedFacts
} from '../message.js'
import type { PayloadKind } from '../payload.js'
import { ByteSlab, LONGEST_IN_SLAB, NO_PLACE } from './byte-slab.js'
import type { RememberedMessage } from './channel-entry.js'
import { factBytes, rememberedBytes, rememberMessage, smallFacts } from './remembered-message.js'
import { SharedFacts } from './shared-facts.js'

export interface HistoryBounds {
  /** How many messages are kept, at least 1. */
  readonly length: number
  /** Only so many bytes of a longer payload are kept. */
  readonly longestPayload: number
}

/** What the histories of a catalogue share. */
export interface HistoryStore {
  /** Where the payload of a latest message is kept, if it is short. */
  readonly slab: ByteSlab
  /** The facts of latest messages that have few. */
  readonly facts: SharedFacts
  /** The memory of all histories, in bytes as `rememberedBytes` estimates it. */
  bytes: number
  /** How many messages all histories hold besides the latest of each channel. */
  spare: number
}

/** A store without histories. */
export const newHistoryStore = (): HistoryStore => ({
  slab: new ByteSlab(),
  facts: new SharedFacts(),
  bytes: 0,
  spare: 0
})

const NONE = -1
const NO_FACTS: MessageFacts = { headers: NO_HEADERS }
/** Up to this length a list is copied to grow. V8 gives a list that grows by itself room for 17 messages at once. */
const SHORT = 8
/** Shared by all histories without an object. It is never changed: a short list is copied to grow. */
const NO_MESSAGES: RememberedMessage[] = []

/**
 * The latest messages of one channel. The very latest message may be held as bytes that the next message overwrites; it becomes an
 * object only when somebody reads the history. At high rates, an object for each message would make the garbage collector take as much
 * time as all other work together, and of many channels most are never looked at.
 */
export class MessageHistory {
  private kept = NO_MESSAGES
  /** The message that waits: the length of its payload, `NONE` if there is no such message. */
  private size = NONE
  private time = 0
  private sequence = 0
  /** Whether the message that waits becomes an object before another one takes its place. */
  private isKept = false
  /** Its payload: in the slab or, if it is long, in a buffer. */
  private place = NO_PLACE
  private buffer: Buffer | undefined
  private facts: MessageFacts = NO_FACTS
  /** Its facts, where they are not shared. */
  private rareFacts: ReusedFacts | undefined

  constructor(
    private readonly channel: string,
    private readonly bounds: HistoryBounds,
    private readonly store: HistoryStore
  ) {}

  /** How many messages are held besides the latest one. */
  get spare(): number {
    return Math.max(0, this.kept.length + (this.size === NONE ? 0 : 1) - 1)
  }

  /** The memory of the history, in bytes as `rememberedBytes` estimates it. */
  get bytes(): number {
    let bytes = this.waitingBytes
    for (const message of this.kept) bytes += rememberedBytes(message)
    return bytes
  }

  /** All messages, oldest first. */
  get all(): readonly RememberedMessage[] {
    this.settle()
    return this.kept
  }

  get latest(): RememberedMessage | undefined {
    this.settle()
    return this.kept.at(-1)
  }

  /**
   * Adds a message. Without `keep`, the next message replaces it, unless somebody reads the history before. Returns whether this message
   * has replaced an earlier one.
   */
  add(message: Message, time: number, sequence: number, keep: boolean): boolean {
    if (this.isKept) this.settle()
    const { payload, correlation, key } = message
    const { longestPayload } = this.bounds
    const before = this.spare
    const replaces = this.size !== NONE
    const mayWait = correlation === undefined && typeof key !== 'object'
    // The first message waits, too: of many channels most have one message.
    if (
      (!keep || this.kept.length === 0) &&
      mayWait &&
      payload !== null &&
      payload.length <= longestPayload
    ) {
      this.wait(message, payload, time, sequence)
      this.isKept = keep
    } else {
      this.dropWaiting()
      this.push(rememberMessage(message, time, sequence, longestPayload))
    }
    this.store.spare += this.spare - before
    return replaces
  }

  /** A history that stays as this one is now. No message that waits becomes an object for that. */
  copy(store: HistoryStore): MessageHistory {
    const copy = new MessageHistory(this.channel, this.bounds, store)
    const { size, place, buffer, rareFacts } = this
    copy.kept = this.kept.length < SHORT ? this.kept : this.kept.slice()
    copy.size = size
    copy.time = this.time
    copy.sequence = this.sequence
    copy.rareFacts = rareFacts && { ...rareFacts }
    copy.facts = copy.rareFacts ?? this.facts
    if (size === NONE) return copy
    if (place !== NO_PLACE) copy.place = store.slab.put(this.store.slab.view(place, size), NO_PLACE)
    copy.buffer = buffer && Buffer.from(buffer.subarray(0, size))
    return copy
  }

  /** Somebody has looked into the whole payload of the message added last; told of one of which only the beginning is kept. */
  noteKind(kind: PayloadKind): void {
    const latest = this.kept.at(-1)
    if (this.size !== NONE || latest === undefined || payloadSize(latest) >= latest.size) return
    this.kept = [...this.kept.slice(0, -1), { ...latest, kind }]
  }

  /** Forgets the oldest message, or the payload of the only one. Returns whether that freed anything. */
  forget(): boolean {
    const before = this.store.bytes
    const { spare } = this
    if (spare > 0) {
      this.shift()
      this.store.spare--
    } else this.emptyLatest()
    return this.store.bytes < before
  }

  /** Keeps of the only message no more than that it came, and what it was besides its payload. */
  private emptyLatest(): void {
    const [latest] = this.size === NONE ? this.kept : []
    if (latest !== undefined) this.shift()
    if (latest?.payload === null) {
      this.push({ ...latest, ...smallFacts(latest) })
      return
    }
    const before = this.waitingBytes
    if (latest !== undefined) this.setWaiting(latest, latest.size, latest.time, latest.sequence)
    this.releasePayload()
    if (this.rareFacts) {
      this.rareFacts = smallFacts(this.rareFacts)
      this.facts = this.rareFacts
    }
    this.store.bytes += this.waitingBytes - before
  }

  private wait(message: Message, payload: Uint8Array, time: number, sequence: number): void {
    const before = this.waitingBytes
    const { store } = this
    if (payload.length <= LONGEST_IN_SLAB) {
      this.buffer = undefined
      this.place = store.slab.put(payload, this.place)
    } else this.bufferFor(payload.length).set(payload)
    this.setWaiting(message, payload.length, time, sequence)
    store.bytes += this.waitingBytes - before
  }

  private setWaiting(message: Message, size: number, time: number, sequence: number): void {
    this.size = size
    this.time = time
    this.sequence = sequence
    if (message.headers.length > 0 || hasRareFacts(message)) {
      this.rareFacts ??= { headers: NO_HEADERS }
      copyFacts(message, this.rareFacts)
      this.facts = this.rareFacts
    } else {
      this.rareFacts = undefined
      this.facts = this.store.facts.of(message)
    }
  }

  private bufferFor(size: number): Buffer {
    if (this.place !== NO_PLACE) this.store.slab.free(this.place)
    this.place = NO_PLACE
    if (this.buffer === undefined || this.buffer.length < size) this.buffer = Buffer.allocUnsafeSlow(2 * size)
    return this.buffer
  }

  /** Makes a remembered message from the message that waits. */
  private settle(): void {
    const { size, buffer, channel, facts, time, sequence } = this
    if (size === NONE) return
    const { spare } = this
    const payload =
      buffer === undefined ? this.store.slab.copy(this.place, size) : Buffer.from(buffer.subarray(0, size))
    this.size = NONE
    this.isKept = false
    // Members of its own come first: behind a spread, V8 makes a new kind of object for each message, of 700 bytes instead of 200.
    this.push({ channel, payload, time, sequence, size, ...facts })
    this.store.spare += this.spare - spare
  }

  /** What the place, the buffer and the facts of a message that waits take. */
  private get waitingBytes(): number {
    const { place, buffer, rareFacts } = this
    const bytes = place === NO_PLACE ? (buffer?.length ?? 0) : this.store.slab.capacity(place)
    return rareFacts === undefined ? bytes : bytes + factBytes(rareFacts)
  }

  /** Gives back what the message that waits has taken. */
  private dropWaiting(): void {
    this.size = NONE
    this.store.bytes -= this.waitingBytes
    this.releasePayload()
    this.facts = NO_FACTS
    this.rareFacts = undefined
  }

  private releasePayload(): void {
    if (this.place !== NO_PLACE) this.store.slab.free(this.place)
    this.place = NO_PLACE
    this.buffer = undefined
  }

  private push(message: RememberedMessage): void {
    if (this.kept.length < SHORT) this.kept = [...this.kept, message]
    else this.kept.push(message)
    this.store.bytes += rememberedBytes(message)
    if (this.kept.length > this.bounds.length) this.shift()
  }

  private shift(): void {
    const [oldest] = this.kept
    if (oldest === undefined) return
    // A copy may have the same short list.
    if (this.kept.length < SHORT) this.kept = this.kept.slice(1)
    else this.kept.shift()
    this.store.bytes -= rememberedBytes(oldest)
  }
}
