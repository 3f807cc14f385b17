import type { TidingsError } from '../errors.js'
import type { RecordingHeader } from './recording-header.js'

/** What a recording holds. Times are microseconds, dates count from 1970-01-01 UTC. */
export interface RecordingReport {
  readonly entries: number
  /** When the first and the last entry were recorded; absent where the recording begins without a date. */
  readonly first: number | undefined
  readonly last: number | undefined
  /** How far the last entry is from the first one in a replay; absent where no entry says a time. */
  readonly length: number | undefined
  /** How often the dates go back, which a replay does not, and by how much in all. */
  readonly wentBack: { readonly times: number; readonly by: number }
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
