import { Allowance } from '../catalogue/allowance.js'
import type { ChannelEntry } from '../catalogue/channel-entry.js'
import { type Message, payloadSize } from '../message.js'
import { ChannelNumbers, MOST_NUMBERS } from './channel-numbers.js'

/** So many numbers are kept altogether. Each takes at most 29 kB, so all of them take 15 MB. */
const MOST_ALTOGETHER = 512
/** So many of them belong to channels that nobody has looked at yet: those that were seen first. */
const MOST_UNASKED = 256
const MOST_CHANNELS = 1000
/** Payload bytes per second that are read of the channel that is looked at, and of all others together. */
const READ_PER_SECOND = 1_000_000
const OTHERS_PER_SECOND = 250_000

/**
 * The numbers of channels over time, within fixed bounds of memory and time: of the channel that is looked at, of those that were looked
 * at before, and of the channels that were seen first. Where there is no more room, the channel that was looked at longest ago gives way.
 */
export class NumberCharts {
  readonly #channels = new Map<string, ChannelNumbers>()
  #numbers = 0
  #shown: string | undefined
  readonly #readable: Allowance
  readonly #othersReadable: Allowance

  /** @param hasTime every message is read, however fast they come: a recording waits */
  constructor(hasTime = false) {
    this.#readable = new Allowance(hasTime ? Number.POSITIVE_INFINITY : READ_PER_SECOND)
    this.#othersReadable = new Allowance(hasTime ? Number.POSITIVE_INFINITY : OTHERS_PER_SECOND)
  }

  /** Takes a message in that came at that time (microseconds since 1970-01-01 UTC). */
  observe(message: Message, time: number): void {
    const numbers = this.#channels.get(message.channel) ?? this.#beginUnasked(message.channel)
    if (!numbers) return
    const readable = message.channel === this.#shown ? this.#readable : this.#othersReadable
    if (readable.take(payloadSize(message), time)) this.#numbers += numbers.read(message.payload, time)
    else numbers.skipped++
  }

  /** The numbers of a channel that somebody looks at. They are kept from now on, and begin with the messages that its history holds. */
  of(entry: ChannelEntry): ChannelNumbers {
    this.#shown = entry.name
    const known = this.#channels.get(entry.name)
    // A map lists its members in the order in which they were set: those looked at longest ago come first.
    if (known) this.#channels.delete(entry.name)
    const numbers = known ?? this.#begin(entry)
    this.#channels.set(entry.name, numbers)
    return numbers
  }

  /** A copy that stays as it is while messages come. */
  copy(): NumberCharts {
    const charts = new NumberCharts()
    for (const [name, numbers] of this.#channels) charts.#channels.set(name, numbers.copy())
    charts.#numbers = this.#numbers
    return charts
  }

  #begin(entry: ChannelEntry): ChannelNumbers {
    for (const [name, { trends }] of this.#channels) {
      const isRoom =
        this.#numbers + MOST_NUMBERS <= MOST_ALTOGETHER && this.#channels.size < 2 * MOST_CHANNELS
      if (isRoom) break
      this.#channels.delete(name)
      this.#numbers -= trends.size
    }
    const numbers = new ChannelNumbers()
    for (const { payload, time } of entry.history) this.#numbers += numbers.read(payload, time)
    return numbers
  }

  #beginUnasked(channel: string): ChannelNumbers | undefined {
    if (this.#numbers + MOST_NUMBERS > MOST_UNASKED || this.#channels.size >= MOST_CHANNELS) return undefined
    const numbers = new ChannelNumbers()
    this.#channels.set(channel, numbers)
    return numbers
  }
}
