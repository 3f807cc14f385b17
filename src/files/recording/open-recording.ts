import fs from 'node:fs'
import { TidingsError } from '../../core/errors.js'
import type { RecordRequest } from '../../core/recording/record-request.js'
import { numberedName } from '../../core/recording/recording-name.js'
import { isStream } from '../file-chunks.js'
import { outputFailure } from '../output.js'
import { waitForReader } from '../wait-for-reader.js'

const OWNER_ONLY = 0o600

/** Throws a `TidingsError` of kind usage if the recording must be new and its file exists. To be called before any other work. */
export function refuseExisting({
  output,
  mode,
  rotate
}: Pick<RecordRequest, 'output' | 'mode' | 'rotate'>): void {
  const name = rotate === undefined ? output : numberedName(output, 1)
  if (mode === 'new' && fs.existsSync(name) && !isStream(name)) throw existsFailure(name)
}

/**
 * Waits for the reader of a recording that goes into a pipe. To be called before any other work.
 * @throws TidingsError of kind usage as `refuseExisting`, and as `waitForReader`
 */
export async function prepareRecording(
  request: Pick<RecordRequest, 'output' | 'mode' | 'rotate'>,
  stop: AbortSignal
): Promise<void> {
  refuseExisting(request)
  await waitForReader(request.output, stop)
}

function existsFailure(name: string): TidingsError {
  return new TidingsError('usage', `cannot record to "${name}": the file exists`, {
    code: 'file-exists',
    suggestion: 'continue it with --append, or replace it with --force',
    details: { file: name }
  })
}

/** Opens a file that must not exist yet. Throws a `TidingsError`: of kind usage if it does, else of kind output. */
export function openNew(name: string): number {
  try {
    // At its end, wherever that is: the end of a compressed file is taken away before more is written.
    return fs.openSync(name, 'ax', OWNER_ONLY)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST'
      ? existsFailure(name)
      : outputFailure(`"${name}"`, error)
  }
}

/** Opens a file that is emptied, or made. Throws a `TidingsError` of kind output. */
export function openOver(name: string): number {
  try {
    const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = fs.constants
    const fd = fs.openSync(name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, OWNER_ONLY)
    if (fs.fstatSync(fd).isFile()) fs.fchmodSync(fd, OWNER_ONLY)
    return fd
  } catch (error) {
    throw outputFailure(`"${name}"`, error)
  }
}

/** Opens a file that goes on at its end. Throws a `TidingsError` of kind output. */
export function openToAppend(name: string): number {
  try {
    return fs.openSync(name, 'a')
  } catch (error) {
    throw outputFailure(`"${name}"`, error)
  }
}
