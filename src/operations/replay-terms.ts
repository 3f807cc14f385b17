import type { Clock } from '../core/clock.js'
import type { BrokerConnection } from '../core/connection.js'
import type { TidingsError } from '../core/errors.js'
import type { MessageTarget } from '../core/message-target.js'
import type { ReplayLateness } from '../core/replay/replay-lateness.js'
import type { ReplayChanges } from '../core/replay/replay-message.js'
import type { ReplayCursorOptions } from './replay-cursor.js'
import type { DeliveryCounts } from './replay-delivery.js'

/** What a replay is to do, and with what. */
export interface ReplayOptions extends Omit<ReplayCursorOptions, 'onBroken' | 'atOnce'> {
  readonly connection: Pick<BrokerConnection, 'publish' | 'closed' | 'close'>
  readonly clock: Clock
  readonly stop: AbortSignal
  /** 1 as recorded, 2 twice as fast; infinity as fast as the broker takes it. */
  readonly speed: number
  readonly changes: ReplayChanges
  /** What every message is made to fit. */
  readonly target: MessageTarget
  /** Go on behind a line that cannot be read. */
  readonly skipInvalid: boolean
  /** After an outage, send at once what became due meanwhile. */
  readonly catchUp: boolean
  /** Milliseconds to wait for acknowledgements after `stop`. */
  readonly drainTimeout: number
  /** Milliseconds without any acknowledgement after which what is open is given up; 0 waits for ever. */
  readonly ackTimeout: number
  readonly onNotice: (text: string) => void
  /** One line that has to be told even when it is quiet. */
  readonly onWarning: (text: string) => void
}

/** How far a replay has come. */
export interface ReplayProgress extends DeliveryCounts {
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

export interface ReplayOutcome extends DeliveryCounts {
  readonly lateness: ReplayLateness
  /** Lines that could not be read and were left out. */
  readonly invalid: number
  /** Messages that a seek passed over. */
  readonly passed: number
  /** Why the recordings could not be read to their end. */
  readonly sourceError: unknown
  /** Why the connection ended for good. */
  readonly connectionError: TidingsError | undefined
  readonly stalled: boolean
  readonly ended: 'end' | 'quit' | 'stop'
  /** Microseconds from the first message on. */
  readonly elapsed: number
}
