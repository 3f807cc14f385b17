import type { BrokerConnection, Refusal } from '../core/connection.js'
import type { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import { AnsweredPrefix } from './answered-prefix.js'

/** How much may be in flight at once: enough for any network, and little enough to bound memory. */
const MAX_OPEN_MESSAGES = 4096
const MAX_OPEN_BYTES = 8 * 1024 * 1024

/** Hands messages to the connection, bounded in memory, and counts what became of each. */
export class ReplayDelivery {
  readonly counts = {
    sent: 0,
    acknowledged: 0,
    unassured: 0,
    unheard: 0,
    refused: 0,
    unacknowledged: 0,
    answered: 0,
    refusal: undefined as Refusal | undefined
  }
  /** Whether the connection has ended for good. */
  ended = false
  failure: TidingsError | undefined
  readonly #answered = new AnsweredPrefix()
  #openMessages = 0
  #openBytes = 0
  /** The monotonic time, in microseconds, of the last report, or of the first message in flight if that is later. */
  lastProgress = 0

  /** @param onChange called whenever the report of a batch has come, and when the connection has ended */
  constructor(
    private readonly connection: Pick<BrokerConnection, 'publish' | 'closed'>,
    private readonly now: () => number,
    private readonly onChange: () => void
  ) {
    void connection.closed.then((failure) => {
      this.failure = failure
      this.ended = true
      onChange()
    })
  }

  get open(): number {
    return this.#openMessages
  }

  /** Whether more messages may be handed over now. */
  get hasRoom(): boolean {
    return this.#openMessages < MAX_OPEN_MESSAGES && this.#openBytes < MAX_OPEN_BYTES
  }

  send(batch: readonly Message[], bytes: number): void {
    if (this.#openMessages === 0) this.lastProgress = this.now()
    this.#openMessages += batch.length
    this.#openBytes += bytes
    this.counts.sent += batch.length
    const answer = this.#answered.add(batch.length)
    void this.connection.publish(batch).then((report) => {
      this.#openMessages -= batch.length
      this.#openBytes -= bytes
      this.counts.acknowledged += report.acknowledged
      this.counts.unassured += report.unassured ?? 0
      this.counts.unheard += report.unheard ?? 0
      this.counts.refused += report.refused.length
      this.counts.unacknowledged += report.unacknowledged
      answer(report.unacknowledged)
      this.counts.answered = this.#answered.count
      this.counts.refusal ??= report.refused[0]
      this.lastProgress = this.now()
      this.onChange()
    })
  }
}
