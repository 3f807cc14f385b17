import { TidingsError } from '../../core/errors.js'
import { quoteName } from '../../core/visible-text.js'
import type { ReadPartition } from './read-partition.js'
import { BadRecordsError } from './records/read-batches.js'

/**
 * Does what reads records of a partition.
 * @throws TidingsError of kind unfinished for records that cannot be read
 */
export async function readable<Result>(read: ReadPartition, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof BadRecordsError || error instanceof RangeError)) throw error
    throw new TidingsError('unfinished', `cannot read ${quoteName(read.topic)}: ${error.message}`, {
      code: 'bad-records',
      cause: error,
      suggestion: `begin behind them: --from ${read.taken + 1}`
    })
  }
}
