import type { Subscription } from './connection.js'
import type { SelectionOptions } from './message-selection.js'

/** What a subscriber wants to be sent, and as whom. */
export interface SubscriberWish extends Pick<SelectionOptions, 'exclude' | 'retained'> {
  /** As the user wrote them. */
  readonly patterns: readonly string[]
  readonly subscriptions: readonly Subscription[]
  /** The name of the session that the broker is to keep. */
  readonly session?: string | undefined
}
