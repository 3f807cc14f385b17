import { outputFailure } from '../files/output.js'
import { tellFailure } from './tell-failure.js'

/** Tells why a prepared text could not be written to stdout: in a module of its own, since a start is to read little. */
export async function tellOutputFailure(cause: unknown): Promise<void> {
  await tellFailure(outputFailure('stdout', cause), [])
}
