import type { Clock } from '../core/clock.js'
import type { TidingsError } from '../core/errors.js'
import { isBroken, type RecordedMessage, type RecordingItem } from '../core/recording/recording-item.js'
import type { ReplayRequest } from '../core/replay/replay-request.js'
import { ReplaySelection } from '../core/replay/replay-selection.js'
import { ReplayTimeline } from '../core/replay/replay-timeline.js'
import { shortRest } from './short-rest.js'

/** A recording that is read from its beginning, as often as needed. */
export interface ReplaySource {
  /** @param most the greatest number of messages that a batch of one file has */
  open(most: number): AsyncIterable<readonly RecordingItem[]>
  /** Whether the recording can be read more than once. Stdin cannot. */
  readonly rereadable: boolean
  /** When the recording was started, if its header says so: microseconds since 1970-01-01 UTC. */
  readonly started: number | undefined
}

export interface ReplayCursorOptions
  extends Pick<ReplayRequest, 'selection' | 'patternRules' | 'maxGap' | 'rounds'> {
  readonly source: ReplaySource
  readonly clock: Clock
  /** How many messages are read at once. */
  readonly atOnce: number
  /** Called for a line that cannot be read. Returns whether to continue after the line. */
  readonly onBroken: (failure: TidingsError) => boolean
}

/** One round: a pass over the recording. */
export interface ReplayRound {
  /** Counted from 1. */
  readonly number: number
  /** The point of the timeline at which the round began, in microseconds. */
  readonly start: number
}

/** Walks over the selected messages of all rounds, and gives each its point on the replay's timeline. */
export class ReplayCursor {
  /** Why the walk ended before the end of the recording, if it did. */
  failure: unknown
  #timeline: ReplayTimeline
  #selection: ReplaySelection
  #batches: AsyncIterator<readonly RecordingItem[]> | undefined
  #batch: readonly RecordingItem[] = []
  #next = 0
  #head: RecordedMessage | undefined
  #at = Number.POSITIVE_INFINITY
  /** Whether no further message of the round is wanted. */
  #roundOver = false
  #ended = false
  #round: ReplayRound = { number: 1, start: 0 }
  #kept = 0
  #first = 0
  #last = 0

  constructor(private readonly options: ReplayCursorOptions) {
    this.#timeline = new ReplayTimeline(options.maxGap)
    this.#selection = new ReplaySelection(options.selection, options.patternRules)
  }

  /** The next message; `undefined` if it was not read yet. */
  get head(): RecordedMessage | undefined {
    return this.#head
  }

  /** The point of the next message on the replay's timeline, in microseconds; infinity if it was not read yet. */
  get at(): number {
    return this.#at
  }

  /** The round that the next message belongs to. */
  get round(): ReplayRound {
    return this.#round
  }

  /** Moves to the message after the head. */
  take(): void {
    this.#head = undefined
    this.#at = Number.POSITIVE_INFINITY
    while (this.#head === undefined && this.#isInBatch && !this.#selection.takeRest())
      this.#examine(this.#batch[this.#next++] as RecordingItem)
  }

  /** Whether items of the batch are left to examine. */
  get #isInBatch(): boolean {
    return this.#next < this.#batch.length && !this.#ended && !this.#roundOver
  }

  /** Reads until there is a head. Returns `false` at the end of the last round, and if the walk has failed. */
  async fill(): Promise<boolean> {
    while (this.#head === undefined) {
      if (this.#ended) return false
      if (this.#isInBatch) await this.#rest()
      else if (this.#roundOver) await this.#endRound()
      else await this.#readBatch()
    }
    return true
  }

  /** Goes back to the beginning of a round. */
  async rewind(round: ReplayRound): Promise<void> {
    await this.close()
    this.#ended = false
    this.#timeline = new ReplayTimeline(this.options.maxGap, round.start)
    this.#startRound(round)
  }

  async close(): Promise<void> {
    await this.#batches?.return?.()
    this.#batches = undefined
  }

  /** A condition that takes long leaves others a turn, and then goes on within the batch. */
  async #rest(): Promise<void> {
    await shortRest(this.options.clock)
    this.take()
  }

  async #readBatch(): Promise<void> {
    this.#batches ??= this.options.source.open(this.options.atOnce)[Symbol.asyncIterator]()
    try {
      const next = await this.#batches.next()
      this.#batch = next.done ? [] : next.value
      this.#next = 0
      this.#roundOver = next.done === true
    } catch (error) {
      this.#fail(error)
    }
    this.take()
  }

  #examine(item: RecordingItem): void {
    const verdict = this.#selection.judge(item)
    if (verdict === 'end') this.#roundOver = true
    if (verdict !== 'keep') return
    if (isBroken(item)) {
      if (!this.options.onBroken(item.broken)) this.#fail(item.broken)
      return
    }
    if (this.#kept++ === 0) this.#first = item.position
    this.#last = item.position
    this.#head = item
    this.#at = this.#timeline.place(item.position)
  }

  #fail(error: unknown): void {
    this.failure = error
    this.#ended = true
  }

  async #endRound(): Promise<void> {
    await this.close()
    if (this.#round.number >= this.options.rounds || this.#kept === 0) {
      this.#ended = true
      return
    }
    this.#timeline.startRound(this.#roundGap())
    this.#startRound({ number: this.#round.number + 1, start: this.#timeline.end })
  }

  #startRound(round: ReplayRound): void {
    this.#selection = new ReplaySelection(this.options.selection, this.options.patternRules)
    this.#round = round
    this.#kept = 0
    this.#roundOver = false
    this.#batch = []
    this.#next = 0
    this.take()
  }

  /**
   * The gap between two rounds, in microseconds: the time before the first message (since the start of the recording or of the window)
   * and the time after the last message (to the end of the window). If neither is known, the average distance of the messages.
   */
  #roundGap(): number {
    const { from, to } = this.#selection.window
    const began = Number.isFinite(from) ? from : this.options.source.started
    const before = began === undefined ? undefined : Math.max(0, this.#first - began)
    const behind = Number.isFinite(to) ? Math.max(0, to - this.#last) : undefined
    if (before !== undefined || behind !== undefined) return (before ?? 0) + (behind ?? 0)
    return this.#kept < 2 ? 0 : Math.round((this.#last - this.#first) / (this.#kept - 1))
  }
}
