import type { Message } from '../message.js'
import { AgeHistograms } from './age-histograms.js'
import type { Incidents } from './incidents.js'
import { parseEventTime } from './parse-values.js'
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
  /** Messages that say to have happened after they came: a clock is wrong. They count as new. */
  early = 0
  readonly #ages = new AgeHistograms()

  constructor(
    private readonly rule: AgeRule,
    private readonly incidents: Incidents
  ) {}

  observe(channel: WatchedChannel, message: Message, now: number): void {
    const { limit, timestamp } = this.rule
    const time = this.#timeOf(message)
    if (time === undefined) {
      const why = timestamp === undefined ? 'no time of its publisher' : `no time ${timestamp.place}`
      this.incidents.wrong(channel, now, { kind: 'undated', why }, message)
      return
    }
    this.incidents.right(channel, 'undated', now)
    const age = (message.time ?? now) - time
    if (age < -CLOCKS_DIFFER) this.early++
    this.#ages.add(channel.index, Math.max(0, age))
    if (limit === undefined) return
    if (age <= limit) {
      this.incidents.right(channel, 'late', now)
      return
    }
    const incident = this.incidents.wrong(channel, now, { kind: 'late', age, limit }, message)
    incident.worst = Math.max(incident.worst ?? age, age)
  }

  agesOf({ index }: WatchedChannel): Ages | undefined {
    const max = this.#ages.greatest(index)
    if (max === undefined) return undefined
    const at = (part: number) => this.#ages.percentile(index, part) ?? max
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max }
  }

  #timeOf(message: Message): number | undefined {
    const { timestamp } = this.rule
    if (timestamp === undefined) return message.sourceTime
    const text = timestamp.read(message)
    return text === undefined ? undefined : parseEventTime(text)
  }
}

/** Microseconds by which clocks of two machines may differ and nobody minds. */
const CLOCKS_DIFFER = 1_000_000
