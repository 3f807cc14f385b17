import type { RememberedMessage } from '../../core/catalogue/channel-entry.js'
import type { PublishForm } from './form/publish-form.js'
import type { Key } from './key-decoder.js'
import type { Notice } from './model.js'
import type { Size } from './terminal.js'

/** Something that happened to the browser. */
export type BrowserEvent =
  | { readonly kind: 'key'; readonly key: Key }
  | { readonly kind: 'resize'; readonly size: Size }
  /** Time went by; the catalogue may have grown. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'notice'; readonly text: string; readonly tone: Notice['tone'] }
  /** What is searched for is no expression; the text that was typed, and what is wrong with it. */
  | { readonly kind: 'not-searched'; readonly search: string; readonly why: string; readonly text: string }
  /** Retained messages were cleared and can be put back. */
  | {
      readonly kind: 'cleared'
      readonly messages: readonly RememberedMessage[]
      readonly text: string
      readonly tone: Notice['tone']
    }
  /** A message could not be published; the form that it came from, why, and what to do about it. */
  | {
      readonly kind: 'not-published'
      readonly form: PublishForm
      readonly text: string
      readonly advice?: string | undefined
    }
  /** The editor has ended: with the bytes, or with nothing if the user gave up. */
  | { readonly kind: 'edited'; readonly bytes: Uint8Array | undefined }
  /** What was cleared last is back. */
  | { readonly kind: 'restored'; readonly text: string; readonly tone: Notice['tone'] }
  /** The broker has answered what was published, or will not any more. What it said was told before. */
  | { readonly kind: 'answered' }
