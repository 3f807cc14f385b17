import type { PublishReport } from '../../core/connection.js'
import type { Message } from '../../core/message.js'

/** A recording that was started from the browser. */
export interface RunningRecording {
  readonly file: string
  /** Messages written so far. */
  count(): number
  /** Writes out what is left and closes the file. */
  stop(): Promise<void>
}

/** Where a message to publish starts from. */
export interface Draft {
  readonly channel: string
  /** The message that is shown, to be edited. */
  readonly message?: Message
}

/**
 * What the browser can have done outside its screen. An absent action is not possible here (a catalogue read from a
 * recording has no broker): its key says so. Each may reject with a `TidingsError`, which is shown and ends nothing.
 */
export interface BrowserActions {
  /** Publishes as it is: to clear a retained message, and to put it back. */
  readonly publish?: (batch: readonly Message[]) => Promise<PublishReport>
  /** Asks the user what to publish, while the browser has left the screen; nothing if they thought better of it, or `signal` aborts. */
  readonly compose?: (draft: Draft, signal: AbortSignal) => Promise<Message | undefined>
  /** Records what the patterns match from now on. `onFailure` is told if the recording ends because it cannot be written. */
  readonly record?: (
    patterns: readonly string[],
    file: string,
    onFailure: (error: unknown) => void
  ) => Promise<RunningRecording>
  /** Writes the catalogue as an AsyncAPI document. Returns one line that says what was written. */
  readonly exportCatalogue?: (file: string) => Promise<string>
}

/** Why the browser ended. */
export type BrowserExit =
  | { readonly kind: 'quit' }
  /** The user wants to follow these channels as a stream. */
  | { readonly kind: 'subscribe'; readonly patterns: readonly string[] }
  /** The signal that was handed in was aborted. */
  | { readonly kind: 'aborted' }
  /** The terminal went away. */
  | { readonly kind: 'gone' }
