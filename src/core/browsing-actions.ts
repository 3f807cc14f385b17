import type { PublishReport } from './connection.js'
import type { Message } from './message.js'

/** A recording of what is being observed anyway. */
export interface RunningRecording {
  readonly file: string
  /** Messages written so far. */
  count(): number
  /** Writes out what is left and closes the file. Rejects with what writing failed with, if it did. */
  stop(): Promise<void>
}

/** What can be done with the broker while its channels are looked at. Each may reject with a `TidingsError`. */
export interface BrowsingActions {
  /** Publishes as it is: to clear a retained message, and to put it back. */
  publish(batch: readonly Message[]): Promise<PublishReport>
  /**
   * Records what the patterns match from now on. `onFailure` is told once if it can no longer be written, which ends the recording and
   * nothing else.
   */
  record(
    patterns: readonly string[],
    file: string,
    onFailure?: (error: unknown) => void
  ): Promise<RunningRecording>
}
