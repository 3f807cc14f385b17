import type { BrowsingActions } from '../../core/browsing-actions.js'
import type { Capabilities } from '../../core/capabilities.js'
import type { Message } from '../../core/message.js'

/** What a message to publish starts from. */
export interface Draft {
  readonly channel: string
  /** The message that is shown, as the start for editing. Its `size` is that of its payload, of which a part may be missing. */
  readonly message?: Message & { readonly size?: number }
}

/** What decides how a message to publish is asked for. */
export interface ComposeTerms {
  /** What the broker can do. */
  readonly capabilities: Capabilities
  /** The name of the profile that protects the broker, if one does. */
  readonly protectedBy?: string | undefined
}

/**
 * What the browser can start outside its screen. An action is absent where it is not possible: a catalogue read from a recording has no
 * broker. Its key then says so. An action may reject with a `TidingsError`; the browser shows the error and goes on.
 */
export interface BrowserActions extends Partial<BrowsingActions> {
  /** How a message to publish is asked for. */
  readonly compose?: ComposeTerms
  /** Lets the user edit bytes in an editor, while the browser has left the screen; nothing if the user gives up, or `signal` aborts. */
  readonly edit?: (bytes: Uint8Array, signal: AbortSignal) => Promise<Uint8Array | undefined>
  /** Writes the catalogue as an AsyncAPI document. Returns one line that says what was written. */
  readonly exportCatalogue?: (file: string) => Promise<string>
}

/** Why the browser ended. */
export type BrowserEnd =
  | { readonly kind: 'quit' }
  /** What was streamed could not be written: an error of kind output. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The signal that was handed in was aborted. */
  | { readonly kind: 'aborted' }
  /** The terminal went away. */
  | { readonly kind: 'gone' }

/** Why the browser ended, and how many messages were published of which nobody knows what became; absent if there are none. */
export type BrowserExit = BrowserEnd & { readonly unanswered?: number }
