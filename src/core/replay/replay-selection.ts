import { compilePattern } from '../channel-pattern.js'
import { isBroken, type RecordingItem } from '../recording/recording-item.js'
import { locateReplayPoint, type ReplayPoint } from './replay-window.js'

/** Which messages of a recording are replayed. */
export interface ReplaySelectionOptions {
  /** From here on, inclusive. */
  readonly from?: ReplayPoint | undefined
  /** Up to here, exclusive. */
  readonly to?: ReplayPoint | undefined
  /** Only channels that one of these patterns matches, as they were recorded. */
  readonly channels: readonly string[]
  readonly exclude: readonly string[]
  /** Leave out so many of those that are left, then take so many. */
  readonly skip: number
  readonly count: number
}

/** Decides about the messages of one pass over a recording, in their order. */
export class ReplaySelection {
  readonly #wanted: readonly ((channel: string) => boolean)[]
  readonly #unwanted: readonly ((channel: string) => boolean)[]
  #skip: number
  #left: number
  /** The window, once the first item has shown where the recording begins. */
  #from = Number.NEGATIVE_INFINITY
  #to = Number.POSITIVE_INFINITY
  #located = false

  constructor(private readonly options: ReplaySelectionOptions) {
    this.#wanted = options.channels.map(compilePattern)
    this.#unwanted = options.exclude.map(compilePattern)
    this.#skip = options.skip
    this.#left = options.count
  }

  /** Where the window begins and ends, as far as that was asked for; known after the first `judge`. */
  get window(): { readonly from: number; readonly to: number } {
    return { from: this.#from, to: this.#to }
  }

  /** `end`: neither this item nor any after it is wanted. Broken lines within the window are always kept. */
  judge(item: RecordingItem): 'keep' | 'drop' | 'end' {
    if (!this.#located && !isBroken(item)) this.#locate(item.position)
    if (this.#left <= 0 || item.position >= this.#to) return 'end'
    if (isBroken(item)) return this.#located && item.position < this.#from ? 'drop' : 'keep'
    if (item.position < this.#from) return 'drop'
    const { channel } = item.message
    if (this.#wanted.length > 0 && !this.#wanted.some((matches) => matches(channel))) return 'drop'
    if (this.#unwanted.some((matches) => matches(channel))) return 'drop'
    if (this.#skip > 0) {
      this.#skip--
      return 'drop'
    }
    this.#left--
    return 'keep'
  }

  #locate(origin: number): void {
    const { from, to } = this.options
    if (from !== undefined) this.#from = locateReplayPoint(from, origin)
    if (to !== undefined) this.#to = locateReplayPoint(to, origin)
    this.#located = true
  }
}
