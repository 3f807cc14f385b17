import type { Assurance } from '../assurance.js'
import type { TidingsError } from '../errors.js'
import type { RefusalExample } from '../refusal-example.js'

/** How many messages have left an outbox, one way or the other. */
export interface LeftOutbox extends Assurance {
  readonly refused: number
}

/** What became of messages in an outbox. */
export interface OutboxOutcome {
  /** Messages that this process has put on disk. */
  readonly stored: number
  /** What became of those. */
  readonly own: LeftOutbox
  /** What became of those that had been there, or came from other processes. */
  readonly others: LeftOutbox
  readonly refusal: RefusalExample | undefined
  /** Why the rest was not sent, if any is left. */
  readonly reason: TidingsError | undefined
  /** Another process, that is sending. */
  readonly sender: number | undefined
  /** Why the source of messages ended early, or why the outbox could not be written to or read. */
  readonly sourceError: unknown
  /** Microseconds that it took, with the connecting. */
  readonly elapsed: number
}
