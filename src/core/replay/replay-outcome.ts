import type { Assurance } from '../assurance.js'
import type { Unread } from '../connection.js'
import type { TidingsError } from '../errors.js'
import type { RefusalExample } from '../refusal-example.js'
import type { ReplayLateness } from './replay-lateness.js'

/** How many messages of a replay were sent so far, and what became of them. */
export interface ReplayCounts extends Assurance {
  readonly sent: number
  readonly refused: number
  readonly unacknowledged: number
  /** As `PublishOutcome.answered`. */
  readonly answered: number
  readonly refusal: RefusalExample | undefined
}

/** How far a replay has come. */
export interface ReplayProgress extends ReplayCounts {
  /** The position of the first message in the recording: microseconds since 1970-01-01 UTC. */
  readonly origin: number | undefined
  /** How far the round has come: microseconds since its beginning. */
  readonly position: number
  readonly round: number
  readonly speed: number
  /** How late the message is that is due now, in microseconds. */
  readonly lag: number
  readonly paused: boolean
  readonly outage: boolean
}

/** The result of a replay. */
export interface ReplayOutcome extends ReplayCounts {
  readonly lateness: Pick<ReplayLateness, 'count' | 'worst' | 'quantile'>
  /** How many lines were left out because they could not be read. */
  readonly invalid: number
  /** Messages that cannot be sent to where they are replayed, and were left out. */
  readonly unsendable: number
  /** Why the first of these cannot be sent. */
  readonly whyUnsendable?: string | undefined
  /** How many messages a seek skipped. */
  readonly passed: number
  /** Why the recordings could not be read to their end; `undefined` if they could. */
  readonly sourceError: unknown
  /** Why the connection ended for good, if it did. */
  readonly connectionError: TidingsError | undefined
  readonly stalled: boolean
  /** What was sent with QoS 0 and nothing shows to be read; these are not among the acknowledged. */
  readonly unread: Unread
  readonly ended: 'end' | 'quit' | 'stop'
  /** Microseconds since the first message was sent. */
  readonly elapsed: number
}
