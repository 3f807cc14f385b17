import { outputFailure } from '../files/output.js'
import { tellFailure } from './tell-failure.js'

/** Reports that a prepared text could not be written to stdout. It is a module of its own, so that a start reads little code. */
export async function tellOutputFailure(cause: unknown): Promise<void> {
  await tellFailure(outputFailure('stdout', cause), [])
}
