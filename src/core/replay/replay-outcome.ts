import type { Assurance } from '../assurance.js'
import type { Unread } from '../connection.js'
import type { TidingsError } from '../errors.js'
import type { RefusalExample } from '../refusal-example.js'
import type { ReplayLateness } from './replay-lateness.js'

/** What has become of the messages of a replay so far. */
export interface ReplayCounts extends Assurance {
  readonly sent: number
  readonly refused: number
  readonly unacknowledged: number
  readonly refusal: RefusalExample | undefined
}

/** How far a replay has come. */
export interface ReplayProgress extends ReplayCounts {
  /** Where the first message stands in the recording: microseconds since 1970-01-01 UTC. */
  readonly origin: number | undefined
  /** Microseconds since the beginning of the round. */
  readonly position: number
  readonly round: number
  readonly speed: number
  /** Microseconds by which what is due now is late. */
  readonly lag: number
  readonly paused: boolean
  readonly outage: boolean
}

/** What a replay ended with. */
export interface ReplayOutcome extends ReplayCounts {
  readonly lateness: Pick<ReplayLateness, 'count' | 'worst' | 'quantile'>
  /** Lines that could not be read and were left out. */
  readonly invalid: number
  /** Messages that a seek passed over. */
  readonly passed: number
  /** Why the recordings could not be read to their end. */
  readonly sourceError: unknown
  /** Why the connection ended for good. */
  readonly connectionError: TidingsError | undefined
  readonly stalled: boolean
  /** What was sent with QoS 0 and nothing shows to be read; these are not among the acknowledged. */
  readonly unread: Unread
  readonly ended: 'end' | 'quit' | 'stop'
  /** Microseconds from the first message on. */
  readonly elapsed: number
}
