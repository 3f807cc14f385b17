import type { PatternRules } from '../channel-pattern.js'
import { MessageSelection, type SelectionOptions } from '../message-selection.js'
import { isBroken, type RecordingItem } from '../recording/recording-item.js'
import { locateReplayPoint, type ReplayPoint } from './replay-window.js'

/** Which messages of a recording are replayed. Patterns match the recorded channels. */
export interface ReplaySelectionOptions extends SelectionOptions {
  /** The first point that is replayed. */
  readonly from?: ReplayPoint | undefined
  /** The point before which the replay ends. */
  readonly to?: ReplayPoint | undefined
}

/** Decides about the messages of one pass over a recording, in their order. */
export class ReplaySelection {
  readonly #messages: MessageSelection
  /** The window's first point; known once the first message has shown when the recording begins. */
  #from = Number.NEGATIVE_INFINITY
  #to = Number.POSITIVE_INFINITY
  #located = false

  constructor(
    private readonly options: ReplaySelectionOptions,
    rules: PatternRules
  ) {
    this.#messages = new MessageSelection(options, rules)
  }

  /** The window in microseconds since 1970-01-01 UTC; infinite where no bound was asked for. Known once `judge` has got a message. */
  get window(): { readonly from: number; readonly to: number } {
    return { from: this.#from, to: this.#to }
  }

  /** Whether others should have their turn before the next item is judged. Says so once. */
  takeRest(): boolean {
    return this.#messages.takeRest()
  }

  /** `end`: neither this item nor any after it is wanted. Broken lines within the window are always kept. */
  judge(item: RecordingItem): 'keep' | 'drop' | 'end' {
    if (!this.#located && !isBroken(item)) this.#locate(item.position)
    if (this.#messages.isComplete || item.position >= this.#to) return 'end'
    if (isBroken(item)) return this.#located && item.position < this.#from ? 'drop' : 'keep'
    return item.position < this.#from ? 'drop' : this.#messages.judge(item.message)
  }

  #locate(origin: number): void {
    const { from, to } = this.options
    if (from !== undefined) this.#from = locateReplayPoint(from, origin)
    if (to !== undefined) this.#to = locateReplayPoint(to, origin)
    this.#located = true
  }
}
