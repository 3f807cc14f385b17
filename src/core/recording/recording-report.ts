import type { TidingsError } from '../errors.js'
import type { RecordingHeader } from './recording-header.js'

/** What a recording holds. Times are microseconds since 1970-01-01 UTC. */
export interface RecordingReport {
  readonly entries: number
  /** Absent where no entry says a time. */
  readonly first: number | undefined
  readonly last: number | undefined
  readonly header: RecordingHeader | undefined
  /** Messages by channel; `undefined`: on channels beyond the first 10,000. */
  readonly channels: ReadonlyMap<string | undefined, number>
  /** Lines that cannot be read, and the first of them. */
  readonly damaged: number
  readonly failure: TidingsError | undefined
  /** The file ends within a line, or within its compressed data. */
  readonly torn: boolean
}
