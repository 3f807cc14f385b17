import type { Message } from '../message.js'
import { type Ages, AgeWatch } from './age-watch.js'
import { ContractWatch } from './contract-watch.js'
import type { Incident, IncidentEvent } from './incident.js'
import { Incidents } from './incidents.js'
import { NameMap } from './name-map.js'
import { RateWatch } from './rate-watch.js'
import { SequenceWatch } from './sequence-watch.js'
import { SilenceWatch } from './silence-watch.js'
import type { WatchRules } from './watch-rules.js'
import { newChannel, type WatchedChannel } from './watched-channel.js'

/** How it went on one channel. */
export interface ChannelSummary {
  readonly channel: string
  readonly messages: number
  readonly incidents: number
  /** Absent where no message has an age. */
  readonly ages: Ages | undefined
  /** Messages that are dated more than a second after they came. */
  readonly early: number
}

/**
 * Watches messages for what is wrong with them. It has no clock: it is handed messages with their times, in order, and asked for its next
 * deadline. Times are in microseconds since 1970-01-01 UTC, of a clock that does not jump. Memory is bounded, and a message takes constant
 * time.
 */
export class ChannelWatch {
  messages = 0
  /** Messages of channels or streams for which there was no room. */
  #unwatched = 0
  readonly incidents: Incidents
  readonly #channels: NameMap<WatchedChannel>
  readonly #byIndex: WatchedChannel[] = []
  readonly #silence: SilenceWatch | undefined
  readonly #sequence: SequenceWatch | undefined
  readonly #age: AgeWatch | undefined
  readonly #contract: ContractWatch | undefined
  readonly #rates: readonly RateWatch[]
  /** Those that have deadlines. */
  readonly #timed: readonly (SilenceWatch | RateWatch)[]
  #outage: Incident | undefined
  #now: number

  constructor(rules: WatchRules, begin: number, tell: (event: IncidentEvent) => void) {
    const { maxSilence, sequence, age, minRate, maxRate, expected, known, maxChannels } = rules
    const incidents = new Incidents(tell)
    const rate = (kind: 'low-rate' | 'high-rate', limit: typeof minRate) =>
      limit === undefined ? [] : [new RateWatch(kind, limit, incidents, this.#byIndex, begin)]
    this.#now = begin
    this.incidents = incidents
    this.#channels = new NameMap(maxChannels)
    this.#silence = maxSilence === undefined ? undefined : new SilenceWatch(maxSilence, incidents)
    this.#sequence = sequence && new SequenceWatch(sequence, incidents, maxChannels)
    this.#age = age && new AgeWatch(age, incidents)
    this.#contract = rules.checked ? new ContractWatch(incidents) : undefined
    this.#rates = [...rate('low-rate', minRate), ...rate('high-rate', maxRate)]
    this.#timed = [...(this.#silence === undefined ? [] : [this.#silence]), ...this.#rates]
    for (const name of expected) this.#channels.get(name) ?? this.#add(name, true)
    if (maxSilence !== undefined) for (const name of known) this.#channels.get(name) ?? this.#add(name)
  }

  /** When `advance` is to be called next, if no message comes before; undefined: never. */
  get deadline(): number | undefined {
    const least = Math.min(...this.#timed.map(({ deadline }) => deadline ?? Number.POSITIVE_INFINITY))
    return least === Number.POSITIVE_INFINITY ? undefined : least
  }

  get unwatched(): number {
    return this.#unwatched + (this.#sequence?.unwatched ?? 0)
  }

  /** Messages that the broker had sent before, and that count as no repeats. */
  get redelivered(): number {
    return this.#sequence?.redelivered ?? 0
  }

  observe(message: Message, now: number): void {
    this.advance(now)
    this.messages++
    const channel = this.#channels.get(message.channel) ?? this.#add(message.channel)
    if (channel === undefined) {
      this.#unwatched++
      return
    }
    channel.messages++
    this.#silence?.hear(channel, this.#now)
    for (const rate of this.#rates) rate.observe(channel, this.#now)
    this.#sequence?.observe(channel, message, this.#now)
    this.#age?.observe(channel, message, this.#now)
    this.#contract?.observe(channel, message, this.#now)
  }

  /** Time has passed: finds what is due before `now`. A time that is earlier than another one counts as that. */
  advance(now: number): void {
    if (now <= this.#now) return
    this.#now = now
    for (const watch of this.#timed) watch.advance(now)
  }

  /** The connection is down. That is an incident, and until it is up again nothing else is that comes of missing messages. */
  lost(now: number, reason: string): void {
    this.advance(now)
    if (this.#outage !== undefined) return
    this.#outage = this.incidents.begin(undefined, this.#now, { kind: 'outage', reason })
    for (const watch of this.#timed) watch.isDown = true
  }

  /** It is up again. Silence and rates count anew from here. @param isKept the broker has kept what was sent meanwhile */
  restored(now: number, isKept = false): void {
    this.#now = Math.max(this.#now, now)
    if (this.#outage === undefined) return
    this.#outage.isKept = isKept
    this.incidents.end(this.#outage, this.#now)
    this.#outage = undefined
    for (const watch of this.#timed) {
      watch.isDown = false
      watch.restart(this.#now)
    }
  }

  /** Messages were held back on this machine from one time to the other. That is no silence of theirs, and rates count anew from here. */
  held(from: number, to: number): void {
    this.#now = Math.max(this.#now, to)
    this.#silence?.held(to - from)
    for (const rate of this.#rates) rate.restart(this.#now)
  }

  /** It ends. A channel that was expected, and on which nothing came, is an incident. */
  finish(now: number): void {
    this.advance(now)
    if (this.#outage !== undefined) return
    for (const channel of this.#byIndex) {
      if (!channel.isExpected || channel.messages > 0) continue
      this.incidents.wrong(channel, this.#now, { kind: 'silence', last: undefined, limit: undefined })
    }
  }

  /** The channels, in the order in which they were first seen. */
  *summaries(): Generator<ChannelSummary> {
    for (const channel of this.#byIndex) {
      const { name, messages, incidents } = channel
      const ages = this.#age?.agesOf(channel)
      yield { channel: name, messages, incidents, ages, early: this.#age?.earlyOn(channel) ?? 0 }
    }
  }

  #add(name: string, isExpected = false): WatchedChannel | undefined {
    if (!this.#channels.hasRoom(name)) return undefined
    const channel = newChannel(name, this.#byIndex.length, isExpected, this.#now)
    this.#channels.set(name, channel)
    this.#byIndex.push(channel)
    this.#silence?.hear(channel, this.#now)
    for (const rate of this.#rates) rate.addChannel()
    return channel
  }
}
