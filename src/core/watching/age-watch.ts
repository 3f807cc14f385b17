import type { Message } from '../message.js'
import { AgeHistograms } from './age-histograms.js'
import type { Incidents } from './incidents.js'
import { parseEventTime, whyNoEventTime } from './parse-values.js'
import type { AgeRule } from './watch-rules.js'
import type { WatchedChannel } from './watched-channel.js'

/** Percentiles of the ages of a channel's messages, in microseconds. */
export interface Ages {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** Watches how old messages are when they come. */
export class AgeWatch {
  /** Messages of channels, by their index, that say to have happened after they came: a clock is wrong. They count as new. */
  readonly #early = new Map<number, number>()
  readonly #ages = new AgeHistograms()

  constructor(
    private readonly rule: AgeRule,
    private readonly incidents: Incidents
  ) {}

  observe(channel: WatchedChannel, message: Message, now: number): void {
    const { limit, timestamp } = this.rule
    const text = timestamp?.read(message)
    const time =
      timestamp === undefined ? message.sourceTime : text === undefined ? text : parseEventTime(text)
    if (time === undefined) {
      const value = text === undefined ? '' : `: ${whyNoEventTime(text)}`
      const why = timestamp === undefined ? 'no time of its publisher' : `no time ${timestamp.place}${value}`
      this.incidents.wrong(channel, now, { kind: 'undated', why }, message)
      return
    }
    this.incidents.right(channel, 'undated', now)
    const age = (message.time ?? now) - time
    if (age < -CLOCKS_DIFFER) this.#early.set(channel.index, this.earlyOn(channel) + 1)
    this.#ages.add(channel.index, Math.max(0, age))
    if (limit === undefined) return
    if (age <= limit) {
      this.incidents.right(channel, 'late', now)
      return
    }
    const incident = this.incidents.wrong(channel, now, { kind: 'late', age, limit }, message)
    incident.worst = Math.max(incident.worst ?? age, age)
  }

  /** How many messages of a channel are dated later than they came. */
  earlyOn({ index }: WatchedChannel): number {
    return this.#early.get(index) ?? 0
  }

  agesOf({ index }: WatchedChannel): Ages | undefined {
    const max = this.#ages.greatest(index)
    if (max === undefined) return undefined
    const at = (part: number) => this.#ages.percentile(index, part) ?? max
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max }
  }
}

/** Microseconds by which clocks of two machines may differ and nobody minds. */
const CLOCKS_DIFFER = 1_000_000
