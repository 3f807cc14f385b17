import { isRedelivered, type Message } from '../message.js'
import type { HoleBudget } from './holes.js'
import type { Incident } from './incident.js'
import type { Incidents } from './incidents.js'
import { NameMap } from './name-map.js'
import { parseWholeNumber, shownValue } from './parse-values.js'
import { Sequence, type SequenceFinding } from './sequence.js'
import type { SequenceRule } from './watch-rules.js'
import type { WatchedChannel } from './watched-channel.js'

/** All streams together remember so many holes. */
const MOST_HOLES = 200_000

/** Watches whether numbers in messages count up by one. */
export class SequenceWatch {
  /** Messages of streams for which there was no room. */
  unwatched = 0
  /** Messages that the broker had sent before, and that were let pass. */
  redelivered = 0
  readonly #budget: HoleBudget = { left: MOST_HOLES }
  readonly #streams: NameMap<Sequence<Incident>>

  constructor(
    private readonly rule: SequenceRule,
    private readonly incidents: Incidents,
    maxStreams: number
  ) {
    this.#streams = new NameMap(maxStreams)
  }

  observe(channel: WatchedChannel, message: Message, now: number): void {
    const { number, by } = this.rule
    const stream = by?.read(message)
    const text = number.read(message)
    const value = text === undefined ? undefined : parseWholeNumber(text)
    if (value === undefined || (by !== undefined && stream === undefined)) {
      const why =
        value !== undefined
          ? `no value ${by?.place}`
          : text === undefined
            ? `no value ${number.place}`
            : `no whole number ${number.place}: ${shownValue(text)}`
      this.incidents.wrong(channel, now, { kind: 'unnumbered', why }, message)
      return
    }
    this.incidents.right(channel, 'unnumbered', now)
    const sequence = stream === undefined ? channel.sequence : this.#streams.get(stream)
    if (sequence === undefined) {
      this.#begin(channel, stream, value)
      return
    }
    const isAgain = !this.rule.countsRedelivered && isRedelivered(message)
    const finding = sequence.take(value, isAgain)
    if (finding === undefined) return
    if (finding.kind === 'repeat' && isAgain) this.redelivered++
    else this.#tell(finding, value, { channel, stream, message, now })
  }

  #begin(channel: WatchedChannel, stream: string | undefined, value: bigint): void {
    if (stream === undefined) channel.sequence = new Sequence(value, this.#budget)
    else if (this.#streams.hasRoom(stream)) this.#streams.set(stream, new Sequence(value, this.#budget))
    else this.unwatched++
  }

  #tell(finding: SequenceFinding<Incident>, value: bigint, { channel, stream, message, now }: Arrival): void {
    const { incidents } = this
    if (finding.kind === 'gap') {
      const { from, to } = finding
      const incident = incidents.begin(channel, now, { kind: 'gap', from, to, stream }, message)
      incident.missing = finding.remember(incident)
    } else if (finding.kind === 'repeat') {
      incidents.moment(channel, now, { kind: 'repeat', value, stream }, message)
    } else if (finding.kind === 'restart') {
      incidents.moment(channel, now, { ...finding, stream }, message)
    } else {
      const { kind, after, filled } = finding
      incidents.moment(channel, now, { kind, value, after, stream }, message)
      if (filled) incidents.end(filled.mark, now)
    }
  }
}

interface Arrival {
  readonly channel: WatchedChannel
  readonly stream: string | undefined
  readonly message: Message
  readonly now: number
}
