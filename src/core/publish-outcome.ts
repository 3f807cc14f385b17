import type { Assurance } from './assurance.js'
import type { TidingsError } from './errors.js'
import type { RefusalExample } from './refusal-example.js'

/** The truth about a publication, as far as it has come. */
export interface PublishProgress extends Assurance {
  /** Handed to the connection so far. */
  readonly sent: number
  readonly refused: number
}

/** What became of a publication. */
export interface PublishOutcome extends PublishProgress {
  readonly unacknowledged: number
  readonly refusal: RefusalExample | undefined
  /** Why the source of messages ended early, if it did; everything before it was dealt with. */
  readonly sourceError: unknown
  /** Why the connection ended for good, if it did. */
  readonly connectionError: TidingsError | undefined
  /** Nothing was acknowledged for too long, so that messages were not acknowledged, or not even read. */
  readonly stalled: boolean
  /** Microseconds that it took, without the connecting. */
  readonly elapsed: number
}
