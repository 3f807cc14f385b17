import type { PublishReport } from './connection.js'
import type { Message } from './message.js'

/** A recording that runs while channels are browsed. */
export interface RunningRecording {
  readonly file: string
  /** Messages written so far. */
  count(): number
  /** Writes the rest of the messages and closes the file. Rejects with the error if a write has failed. */
  stop(): Promise<void>
}

/** What a user can do with the broker while browsing its channels. Each action may reject with a `TidingsError`. */
export interface BrowsingActions {
  /** Publishes a batch unchanged: to clear a retained message, or to restore it. */
  publish(batch: readonly Message[]): Promise<PublishReport>
  /**
   * Records what the patterns match from now on. If the recording can no longer be written, it ends and `onFailure` is called once;
   * browsing goes on.
   */
  record(
    patterns: readonly string[],
    file: string,
    onFailure?: (error: unknown) => void
  ): Promise<RunningRecording>
}
