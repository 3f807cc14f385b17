import { decodeUtf8 } from '../utf8.js'
import { NumberTrend } from './number-trend.js'
import { numbersInJson } from './numbers-in-json.js'

/** So many numbers of one channel are kept, the first ones of a message. */
export const MOST_NUMBERS = 32
/** Larger messages, in bytes, are documents rather than readings. */
export const LARGEST_READ = 32 * 1024
/** After so many messages without a number, only one in `RARELY` is read. */
const PATIENCE = 4
const RARELY = 16

/** The numbers in the JSON messages of one channel over time, by JSON pointer, in the order in which they were first seen. */
export class ChannelNumbers {
  readonly trends = new Map<string, NumberTrend>()
  /** Messages that were not read, for lack of time. Their numbers are missing. */
  skipped = 0
  private misses = 0

  /** Reads a message that came at that time (microseconds since 1970-01-01 UTC). Returns how many numbers are new. */
  read(payload: Uint8Array | null, time: number): number {
    if (payload === null || payload.length === 0 || payload.length > LARGEST_READ) return 0
    if (this.misses >= PATIENCE && this.misses++ % RARELY !== 0) return 0
    const before = this.trends.size
    const found = numbersInJson(decodeUtf8(payload), MOST_NUMBERS, (pointer, value) => {
      const trend = this.trends.get(pointer) ?? this.begin(pointer)
      trend?.add(time, value)
    })
    this.misses = found > 0 ? 0 : this.misses + 1
    return this.trends.size - before
  }

  /** The number that moves most; the first one if none moves. */
  get liveliest(): string | undefined {
    let best: string | undefined
    let most = -1
    for (const [pointer, { movement }] of this.trends) {
      if (movement <= most) continue
      best = pointer
      most = movement
    }
    return best
  }

  /** A copy that stays as it is. */
  copy(): ChannelNumbers {
    const numbers = new ChannelNumbers()
    for (const [pointer, trend] of this.trends) numbers.trends.set(pointer, trend.copy())
    numbers.skipped = this.skipped
    return numbers
  }

  private begin(pointer: string): NumberTrend | undefined {
    if (this.trends.size >= MOST_NUMBERS) return undefined
    const trend = new NumberTrend()
    this.trends.set(pointer, trend)
    return trend
  }
}
