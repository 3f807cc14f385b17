import { TidingsError } from '../../core/errors.js'
import type { ReadableRecording } from '../../core/recording/readable-recording.js'
import { NEWER_RECORDING, type RecordingHeader } from '../../core/recording/recording-header.js'
import type { RecordingItem } from '../../core/recording/recording-item.js'
import type { RecordingPosition } from '../../core/recording/recording-position.js'
import { type RecordingFormat, readRecording } from '../../core/recording/recording-reader.js'
import { isStream, readFileChunks } from '../file-chunks.js'
import { type Input, STDIN } from '../input.js'
import { unpacked } from './gunzip.js'

/** Reads a recording from a file or from stdin, compressed or not. Rejects with a `TidingsError` of kind bad-input. */
export function openRecording(
  name: string,
  io: { readonly stdin: Input },
  options: {
    format?: RecordingFormat | undefined
    most?: number
    signal?: AbortSignal
    position?: RecordingPosition | undefined
    onUnknown?: ((names: readonly string[]) => void) | undefined
    onHeader?: (header: RecordingHeader) => void
  }
): AsyncGenerator<RecordingItem[]> {
  const isStdin = name === STDIN
  const chunks = isStdin ? io.stdin.chunks(options.signal) : readFileChunks(name, options.signal)
  const label = isStdin ? 'stdin' : name
  return readRecording(unpacked(chunks, label), {
    name: label,
    format: options.format,
    most: options.most,
    position: options.position,
    onUnknown: options.onUnknown,
    onHeader: options.onHeader
  })
}

/** The recording of that name. Reading it ends early once `stop` aborts. */
export const readableRecording = (
  name: string,
  io: { readonly stdin: Input; readonly stop: AbortSignal }
): ReadableRecording => ({
  name,
  open: (onHeader, position) => openRecording(name, io, { onHeader, position, signal: io.stop })
})

/** Whether a recording can be read only once: stdin, a pipe. */
export const isReadOnce = (name: string): boolean => name === STDIN || isStream(name)

/**
 * The header at the beginning of a recording, if there is one; none for what can be read only once. Errors of the recording are ignored
 * here: reading it reports them.
 */
export async function readRecordingHeader(
  name: string,
  io: { readonly stdin: Input }
): Promise<RecordingHeader | undefined> {
  if (isReadOnce(name)) return undefined
  let header: RecordingHeader | undefined
  const items = openRecording(name, io, {
    most: 1,
    onHeader: (found) => {
      header ??= found
    }
  })
  try {
    await items.next()
  } catch (error) {
    if (!(error instanceof TidingsError)) throw error
  } finally {
    await items.return(undefined)
  }
  return header
}

/** Failures that say nothing of whether a recording is whole. */
const NO_REPORT = ['no-such-file', 'unreadable-file', NEWER_RECORDING]

/** What reading a file rejected with, where the file is to blame for it: torn or damaged. A file that cannot be read is no report. */
export function asReadFailure(error: unknown): TidingsError {
  if (error instanceof TidingsError && !NO_REPORT.includes(error.code)) return error
  throw error
}
