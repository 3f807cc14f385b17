import { TidingsError } from '../../core/errors.js'
import { quoteName } from '../../core/visible-text.js'
import { placeOf } from './partition-name.js'
import type { ReadPartition } from './read-partition.js'
import { BadRecordsError } from './records/read-batches.js'

/** Places that the user is told of. A log that is damaged throughout must not fill the screen. */
const MOST_TOLD = 10

/** Decides what becomes of records that cannot be read: they end the reading, or are left out where the user has said so. */
export class UnreadableRecords {
  /** They are left out. */
  areLeftOut = false
  readonly #warn: (text: string) => void
  #told = 0

  /** @param warn is told what is left out */
  constructor(warn: (text: string) => void) {
    this.#warn = warn
  }

  /**
   * Judges what was thrown while records of a partition were read.
   * @returns the offset behind the records, from which on reading goes on
   * @throws TidingsError of kind unfinished where they are not left out; other errors as they are
   */
  pass(read: ReadPartition, error: unknown): number {
    if (!(error instanceof BadRecordsError)) throw error
    const { behind } = error
    if (!this.areLeftOut || behind === undefined)
      throw new TidingsError('unfinished', `cannot read ${quoteName(read.topic)}: ${error.message}`, {
        code: 'bad-records',
        cause: error,
        suggestion:
          behind === undefined
            ? `begin behind them: --from ${read.taken + 1}`
            : 'leave them out: --skip-unreadable'
      })
    const first = Math.max(read.taken, error.from ?? 0)
    if (first < behind && this.#told++ < MOST_TOLD) {
      const more = this.#told === MOST_TOLD ? '; further ones are left out without a word' : ''
      this.#warn(`left out offsets ${first} to ${behind - 1} of ${placeOf(read)}: ${error.message}${more}`)
    }
    return behind
  }
}
