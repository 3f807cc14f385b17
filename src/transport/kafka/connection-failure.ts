import { TidingsError } from '../../core/errors.js'
import type { Asker } from './missing-right.js'
import { BadAnswerError, MissingApiError } from './node-connection.js'
import { PartitionError } from './start-positions.js'
import { readFailure } from './subscribe-refusals.js'

/**
 * The failure that ends the work with a cluster.
 * @param what was tried, as it follows "cannot"
 */
export function connectionFailure(error: unknown, what: string, asker: Asker): TidingsError {
  if (error instanceof TidingsError) return error
  if (error instanceof PartitionError) return readFailure(error.code, error.place.topic, asker)
  if (error instanceof MissingApiError)
    return new TidingsError('refused', `cannot ${what}: ${error.message}`, {
      code: 'not-supported',
      cause: error,
      suggestion: 'see what the broker has: tidings broker check'
    })
  if (error instanceof BadAnswerError)
    return new TidingsError(
      'unfinished',
      `cannot ${what}: the broker violated Kafka's protocol (${error.message})`,
      {
        code: 'protocol-violated',
        cause: error
      }
    )
  return new TidingsError('unfinished', `cannot ${what}: ${String(error)}`, {
    code: 'receiver-failed',
    cause: error
  })
}
