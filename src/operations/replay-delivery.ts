import type { BrokerConnection, Refusal } from '../core/connection.js'
import type { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'

/** What may be under way at once: enough for any network, and bounded in memory. */
const MAX_OPEN_MESSAGES = 4096
const MAX_OPEN_BYTES = 8 * 1024 * 1024

/** Hands messages to the connection, bounded in memory, and counts what becomes of each. */
export class ReplayDelivery {
  readonly counts = {
    sent: 0,
    acknowledged: 0,
    unassured: 0,
    unheard: 0,
    refused: 0,
    unacknowledged: 0,
    refusal: undefined as Refusal | undefined
  }
  /** The connection has ended for good. */
  ended = false
  failure: TidingsError | undefined
  #openMessages = 0
  #openBytes = 0
  /** Monotonic time, in microseconds, of the last report, or since when something is under way. */
  lastProgress = 0

  /** @param onChange called whenever a batch was reported or the connection has ended */
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

  /** Whether more may be handed over now. */
  get hasRoom(): boolean {
    return this.#openMessages < MAX_OPEN_MESSAGES && this.#openBytes < MAX_OPEN_BYTES
  }

  send(batch: readonly Message[], bytes: number): void {
    if (this.#openMessages === 0) this.lastProgress = this.now()
    this.#openMessages += batch.length
    this.#openBytes += bytes
    this.counts.sent += batch.length
    void this.connection.publish(batch).then((report) => {
      this.#openMessages -= batch.length
      this.#openBytes -= bytes
      this.counts.acknowledged += report.acknowledged
      this.counts.unassured += report.unassured ?? 0
      this.counts.unheard += report.unheard ?? 0
      this.counts.refused += report.refused.length
      this.counts.unacknowledged += report.unacknowledged
      this.counts.refusal ??= report.refused[0]
      this.lastProgress = this.now()
      this.onChange()
    })
  }
}
