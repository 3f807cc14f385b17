import { TidingsError } from '../errors.js'
import { formatTimestamp, parseTimestamp } from '../timestamp.js'

/**
 * The version of the format that this program writes, and the newest that it reads. Since version 2, the fields that protocols share
 * stand outside of the protocols' bindings.
 */
export const RECORDING_VERSION = 2

/** The code of the failure that a recording's format is newer than this program: nothing of it can be read. */
export const NEWER_RECORDING = 'newer-recording'

/** The content of the first line of a recording. */
export interface RecordingHeader {
  /** When the recording was started, in microseconds since 1970-01-01 UTC. The offsets of entries count from this time. */
  readonly started: number
  /** The broker's URL without credentials. */
  readonly broker: string
  readonly patterns: readonly string[]
  /** The version of tidings that wrote the recording. */
  readonly tidings: string
}

/** A header that was read. */
export interface ReadHeader extends RecordingHeader {
  readonly version: number
}

const START = Buffer.from('{"recording":')

/** The header as a line with its line feed: `{"recording":{"version":2,...}}`. It has no `channel`, so no reader takes it for a message. */
export function formatRecordingHeader(header: RecordingHeader): string {
  const { started, broker, patterns, tidings } = header
  const recording = {
    version: RECORDING_VERSION,
    started: formatTimestamp(started),
    broker,
    patterns,
    tidings
  }
  return `${JSON.stringify({ recording })}\n`
}

/**
 * Reads the header from a line; `undefined` if the line is no header.
 * Throws a `TidingsError` of kind bad-input for the header of a newer format and for a broken header.
 */
export function parseRecordingHeader(line: Uint8Array): ReadHeader | undefined {
  for (let at = 0; at < START.length; at++) if (line[at] !== START[at]) return undefined
  const recording = readObject(line)
  const version = recording?.version
  if (recording === undefined || typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    throw badHeader('it names no version')
  if (version > RECORDING_VERSION) {
    throw new TidingsError(
      'bad-input',
      `it is a recording of version ${version}, newer than ${RECORDING_VERSION}`,
      {
        code: NEWER_RECORDING,
        suggestion: 'use a newer tidings for it'
      }
    )
  }
  const started = typeof recording.started === 'string' ? parseTimestamp(recording.started) : undefined
  if (started === undefined) throw badHeader('it does not say when it was started')
  const { broker, patterns, tidings } = recording
  return {
    version,
    started,
    broker: typeof broker === 'string' ? broker : '',
    patterns: Array.isArray(patterns) ? patterns.filter((pattern) => typeof pattern === 'string') : [],
    tidings: typeof tidings === 'string' ? tidings : ''
  }
}

function readObject(line: Uint8Array): Record<string, unknown> | undefined {
  try {
    const { recording } = JSON.parse(Buffer.from(line).toString()) as { recording?: unknown }
    return typeof recording === 'object' && recording !== null
      ? (recording as Record<string, unknown>)
      : undefined
  } catch {
    throw badHeader('it is not JSON')
  }
}

function badHeader(why: string): TidingsError {
  return new TidingsError('bad-input', `the recording's header cannot be read: ${why}`, {
    code: 'bad-recording-header'
  })
}
