import { copyFacts, type Message, NO_HEADERS, type ReusedFacts } from '../message.js'
import type { RememberedMessage } from './channel-entry.js'
import { rememberedBytes, rememberMessage, withoutPayload } from './remembered-message.js'

export interface HistoryBounds {
  /** Messages kept, at least 1. */
  readonly length: number
  /** Of a longer payload only the beginning is kept, in bytes. */
  readonly longestPayload: number
}

const NONE = -1

/**
 * The latest messages of one channel. The very latest may lie in a buffer that the next one overwrites, until somebody asks
 * for it: at high rates, an object for each message would keep the garbage collector busy for as long as all else together.
 */
export class MessageHistory {
  /** What is held, in bytes as `rememberedBytes` reckons, and how much of that the catalogue has already added up. */
  bytes = 0
  accountedBytes = 0
  accountedSpare = 0
  private readonly kept: RememberedMessage[] = []
  private buffer: Buffer | undefined
  /** What lies in the buffer; one object, written over again and again. */
  private readonly waiting = { size: NONE, time: 0, sequence: 0 }
  private readonly waitingFacts: ReusedFacts = { headers: NO_HEADERS }

  constructor(private readonly bounds: HistoryBounds) {}

  /** Messages besides the latest one. */
  get spare(): number {
    return Math.max(0, this.kept.length + (this.waiting.size === NONE ? 0 : 1) - 1)
  }

  /** Oldest first. */
  get all(): readonly RememberedMessage[] {
    this.settle()
    return this.kept
  }

  get latest(): RememberedMessage | undefined {
    this.settle()
    return this.kept.at(-1)
  }

  /**
   * Adds a message, which without `keep` gives way to the next one if nobody has asked for it until then. Returns whether one
   * did so now.
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

  /** What waits in the buffer becomes a message of its own. */
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
