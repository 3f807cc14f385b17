import type { RememberedMessage } from '../../core/catalogue/channel-entry.js'
import type { Message } from '../../core/message.js'
import type { PublishForm } from './form/publish-form.js'

/** Something to be done outside of the model. Its result comes back as an event. */
export type Effect =
  | { readonly kind: 'quit' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'stream'; readonly pattern: string }
  /** `what` says what it is, for people. */
  | { readonly kind: 'copy'; readonly bytes: Uint8Array; readonly what?: string }
  | { readonly kind: 'publish'; readonly message: Message; readonly form: PublishForm }
  | { readonly kind: 'edit'; readonly bytes: Uint8Array }
  | { readonly kind: 'record'; readonly patterns: readonly string[]; readonly file: string }
  | {
      readonly kind: 'save'
      readonly messages: readonly RememberedMessage[]
      readonly patterns: readonly string[]
      readonly file: string
    }
  | { readonly kind: 'stop-recording' }
  | { readonly kind: 'export'; readonly file: string }
  | { readonly kind: 'clear'; readonly messages: readonly RememberedMessage[] }
  | { readonly kind: 'restore'; readonly messages: readonly RememberedMessage[] }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'mouse'; readonly on: boolean }
