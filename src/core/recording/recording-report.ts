import type { TidingsError } from '../errors.js'
import type { RecordingHeader } from './recording-header.js'

/** The contents of a recording. Times are microseconds since 1970-01-01 UTC. */
export interface RecordingReport {
  readonly entries: number
  /** The time of the first entry; `undefined` if no entry has a time. */
  readonly first: number | undefined
  readonly last: number | undefined
  readonly header: RecordingHeader | undefined
  /** How many messages each channel has. `undefined` stands for all channels beyond the first 10,000. */
  readonly channels: ReadonlyMap<string | undefined, number>
  /** How many lines cannot be read. */
  readonly damaged: number
  /** The error of the first line that cannot be read. */
  readonly failure: TidingsError | undefined
  /** Whether the file ends within a line, or within its compressed data. */
  readonly torn: boolean
}
