import type { Assurance } from '../assurance.js'
import type { Unread } from '../connection.js'
import type { TidingsError } from '../errors.js'
import type { RefusalExample } from '../refusal-example.js'

/** How many messages have left an outbox: sent or refused. */
export interface LeftOutbox extends Assurance {
  readonly refused: number
}

/** What became of messages in an outbox. */
export interface OutboxOutcome {
  /** How many messages this process has stored on disk. */
  readonly stored: number
  /** What became of the messages that this process has stored. */
  readonly own: LeftOutbox
  /** What became of earlier messages, and of messages that other processes have stored. */
  readonly others: LeftOutbox
  readonly refusal: RefusalExample | undefined
  /** Why the broker refused messages, each reason once; of many reasons only the first. */
  readonly reasons: readonly string[]
  /** What was sent with QoS 0, and so has left the outbox, and nothing shows to be read; these are among the acknowledged. */
  readonly unread: Unread
  /** Why the remaining messages were not sent, if any remain. */
  readonly reason: TidingsError | undefined
  /** The number (pid) of another process that sends the outbox, if there is one. */
  readonly sender: number | undefined
  /** Why the source of messages ended early, or why the outbox could not be written or read; `undefined` if all went well. */
  readonly sourceError: unknown
  /** Microseconds that it took, with the connecting. */
  readonly elapsed: number
}
