import { copyFacts, type Message, NO_HEADERS, payloadSize, type ReusedFacts } from '../message.js'
import type { PayloadKind } from '../payload.js'
import type { RememberedMessage } from './channel-entry.js'
import { rememberedBytes, rememberMessage, withoutPayload } from './remembered-message.js'

export interface HistoryBounds {
  /** How many messages are kept, at least 1. */
  readonly length: number
  /** Only so many bytes of a longer payload are kept. */
  readonly longestPayload: number
}

const NONE = -1

/**
 * The latest messages of one channel. The very latest message may be held in a buffer that the next message overwrites; it becomes an
 * object only when somebody reads the history. At high rates, an object for each message would make the garbage collector take as much
 * time as all other work together.
 */
export class MessageHistory {
  /** The memory of the history, in bytes as `rememberedBytes` estimates it; and how much of it the catalogue has already added up. */
  bytes = 0
  accountedBytes = 0
  accountedSpare = 0
  private readonly kept: RememberedMessage[] = []
  private buffer: Buffer | undefined
  /** The message in the buffer. This one object is overwritten for each message. */
  private readonly waiting = { size: NONE, time: 0, sequence: 0 }
  private readonly waitingFacts: ReusedFacts = { headers: NO_HEADERS }

  constructor(private readonly bounds: HistoryBounds) {}

  /** How many messages are held besides the latest one. */
  get spare(): number {
    return Math.max(0, this.kept.length + (this.waiting.size === NONE ? 0 : 1) - 1)
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
    const { longestPayload } = this.bounds
    const replaces = this.waiting.size !== NONE
    const { payload, correlation } = message
    const fitsBuffer = payload !== null && payload.length <= longestPayload && correlation === undefined
    if (!keep && fitsBuffer && this.kept.length > 0) this.wait(message, payload, time, sequence)
    else {
      this.waiting.size = NONE
      this.push(rememberMessage(message, time, sequence, longestPayload))
    }
    return replaces
  }

  /** Somebody has looked into the whole payload of the message added last; told of one of which only the beginning is kept. */
  noteKind(kind: PayloadKind): void {
    const latest = this.kept.at(-1)
    if (this.waiting.size !== NONE || latest === undefined || payloadSize(latest) >= latest.size) return
    this.kept[this.kept.length - 1] = { ...latest, kind }
  }

  /** Forgets the oldest message, or the payload of the only one. Returns whether that freed anything. */
  forget(): boolean {
    const before = this.bytes
    this.settle()
    if (this.kept.length > 1) this.shift()
    else {
      const latest = this.kept.pop()
      if (latest === undefined) return false
      this.bytes -= rememberedBytes(latest)
      this.push(withoutPayload(latest))
    }
    this.bytes -= this.buffer?.length ?? 0
    this.buffer = undefined
    return this.bytes < before
  }

  private wait(message: Message, payload: Uint8Array, time: number, sequence: number): void {
    const { waiting } = this
    const size = payload.length
    if (this.buffer === undefined || this.buffer.length < size) {
      this.bytes += 2 * size - (this.buffer?.length ?? 0)
      this.buffer = Buffer.allocUnsafeSlow(2 * size)
    }
    this.buffer.set(payload)
    waiting.size = size
    waiting.time = time
    waiting.sequence = sequence
    copyFacts(message, this.waitingFacts)
  }

  /** Makes a remembered message from the message in the buffer. */
  private settle(): void {
    const { buffer } = this
    const { size, time, sequence } = this.waiting
    const channel = this.kept.at(-1)?.channel
    if (size === NONE || buffer === undefined || channel === undefined) return
    this.waiting.size = NONE
    this.push(
      rememberMessage(
        { ...this.waitingFacts, channel, payload: buffer.subarray(0, size) },
        time,
        sequence,
        size
      )
    )
  }

  private push(message: RememberedMessage): void {
    this.kept.push(message)
    this.bytes += rememberedBytes(message)
    if (this.kept.length > this.bounds.length) this.shift()
  }

  private shift(): void {
    const oldest = this.kept.shift()
    if (oldest !== undefined) this.bytes -= rememberedBytes(oldest)
  }
}
