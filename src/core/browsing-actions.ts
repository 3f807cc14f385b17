import type { RememberedMessage } from './catalogue/channel-entry.js'
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

/** What came of saving a history. */
export interface SavedHistory {
  /** The messages that were saved, and on how many channels they came. */
  readonly messages: number
  readonly channels: number
  /** Messages that were not saved, because only the beginning of their payload is kept. */
  readonly leftOut: number
}

/**
 * Saves messages that the catalogue holds as a recording, in a file that only its owner can read. The patterns say what was asked for.
 * Rejects with a `TidingsError`, for example if the file exists.
 */
export type SaveHistory = (
  messages: readonly RememberedMessage[],
  patterns: readonly string[],
  file: string
) => Promise<SavedHistory>

/** Where streamed messages are written. */
export interface StreamOutput {
  readonly write: (batch: readonly Message[]) => void | Promise<void>
  /** Aborts when nobody reads any more. */
  readonly readerGone: AbortSignal
  readonly close: () => void
}

/** What a user can do with the broker while browsing its channels. Each action may reject with a `TidingsError`. */
export interface BrowsingActions {
  /** The only action that needs no broker. */
  readonly save: SaveHistory
  /** Publishes a batch unchanged: to clear a retained message, or to restore it. */
  publish(batch: readonly Message[]): Promise<PublishReport>
  /**
   * Writes what the pattern matches, outside of what shows the channels, until `until` aborts: first the retained messages that were seen,
   * then what comes. Rejects with the error of a write, and if nothing can come any more.
   */
  stream(pattern: string, until: AbortSignal): Promise<void>
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
