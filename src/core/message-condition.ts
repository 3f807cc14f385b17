import type { Message } from './message.js'

/** The messages that a condition could not judge. */
export interface Unjudged {
  readonly count: number
  /** Why, in words, and how often; the most frequent reason first. Not every reason need be there. */
  readonly reasons: readonly (readonly [reason: string, count: number])[]
  /** What to write instead, in words, where that can be guessed. */
  readonly hints?: readonly string[]
}

/** A condition that messages meet or do not meet. */
export interface MessageCondition {
  /** Whether the message meets it. One that cannot be judged, for example because a field is missing, does not. Never throws. */
  isMet(message: Message): boolean
  readonly unjudged: Unjudged
  /** The work that it has done so far, in steps of about three microseconds. Cheap judgements count for nothing. */
  readonly steps: number
}
