import type { Subscription } from './connection.js'
import type { MessageFilter, SelectionOptions } from './message-selection.js'

/** Which messages a subscriber wants, and in which session. */
export interface SubscriberWish extends MessageFilter, Pick<SelectionOptions, 'exclude' | 'retained'> {
  /** The patterns as the user wrote them. */
  readonly patterns: readonly string[]
  readonly subscriptions: readonly Subscription[]
  /** The name of the session that the broker keeps. */
  readonly session?: string | undefined
}
