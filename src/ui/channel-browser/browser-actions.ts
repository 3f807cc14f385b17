import type { BrowsingActions } from '../../core/browsing-actions.js'
import type { Message } from '../../core/message.js'

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
export interface BrowserActions extends Partial<BrowsingActions> {
  /** Asks the user what to publish, while the browser has left the screen; nothing if they thought better of it, or `signal` aborts. */
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
