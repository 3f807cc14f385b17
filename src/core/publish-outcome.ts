import type { Assurance } from './assurance.js'
import type { Unread } from './connection.js'
import type { TidingsError } from './errors.js'
import type { RefusalExample } from './refusal-example.js'

/** How far a publication has come. */
export interface PublishProgress extends Assurance {
  /** How many messages were handed to the connection so far. */
  readonly sent: number
  readonly refused: number
}

/** What became of a publication. */
export interface PublishOutcome extends PublishProgress {
  readonly unacknowledged: number
  /** How many messages, from the first one on, were all acknowledged or refused. Behind them is the first that is missing, if one is. */
  readonly answered: number
  /** What was sent with QoS 0 and nothing shows to be read; these are not among the acknowledged. */
  readonly unread: Unread
  readonly refusal: RefusalExample | undefined
  /** The error that ended the source of messages early, if any. The messages before it were sent. */
  readonly sourceError: unknown
  /** Why the connection ended for good, if it did. */
  readonly connectionError: TidingsError | undefined
  /**
   * Whether publishing stopped because the broker acknowledged nothing for too long. Then some messages were not acknowledged, or not
   * even read from their source.
   */
  readonly stalled: boolean
  /** Microseconds that it took, without the connecting. */
  readonly elapsed: number
}
