import type { Rate } from './rate-windows.js'
import type { ValueSource } from './value-source.js'

/** Numbers that count up by one in each stream. */
export interface SequenceRule {
  readonly number: ValueSource
  /** What tells streams apart, whatever their channel; without, each channel is a stream. */
  readonly by?: ValueSource | undefined
  /** A message that the broker marks as sent before is a repeat, too. */
  readonly countsRedelivered: boolean
}

/** How old messages are when they come. */
export interface AgeRule {
  /** Microseconds; ages are only measured if absent. */
  readonly limit: number | undefined
  /** Where a message says when it happened; without, the time that its protocol has for that. */
  readonly timestamp: ValueSource | undefined
}

/** What is watched for. What is absent is not. */
export interface WatchRules {
  /** Microseconds. */
  readonly maxSilence?: number | undefined
  readonly sequence?: SequenceRule | undefined
  readonly age?: AgeRule | undefined
  readonly minRate?: Rate | undefined
  readonly maxRate?: Rate | undefined
  /** Messages were checked against a contract, and carry in what they break it. */
  readonly checked?: boolean | undefined
  /** Channels on which messages are expected. */
  readonly expected: readonly string[]
  /** Further channels that there are, of which silence is told, too. */
  readonly known: readonly string[]
  /** So many channels are watched, and so many streams. */
  readonly maxChannels: number
}
