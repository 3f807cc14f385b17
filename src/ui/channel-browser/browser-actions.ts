import type { BrowsingActions } from '../../core/browsing-actions.js'
import type { Message } from '../../core/message.js'

/** What a message to publish starts from. */
export interface Draft {
  readonly channel: string
  /** The message that is shown, as the start for editing. */
  readonly message?: Message
}

/**
 * What the browser can start outside its screen. An action is absent where it is not possible: a catalogue read from a recording has no
 * broker. Its key then says so. An action may reject with a `TidingsError`; the browser shows the error and goes on.
 */
export interface BrowserActions extends Partial<BrowsingActions> {
  /** Asks the user what to publish, while the browser has left the screen; nothing if the user gives up, or `signal` aborts. */
  readonly compose?: (draft: Draft, signal: AbortSignal) => Promise<Message | undefined>
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
