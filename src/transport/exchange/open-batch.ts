import type { PublishReport, Refusal, RefusalReason } from '../../core/connection.js'
import type { MessageBatch } from '../../core/message-batch.js'

/**
 * A batch that was handed to `publish`, with the results of its messages so far. `report` resolves when the last message has its result.
 */
export class OpenBatch {
  readonly messages: MessageBatch
  readonly report: Promise<PublishReport>
  /** Position of the next message to be sent for the first time. */
  next = 0
  #acknowledged = 0
  #unassured = 0
  #unheard = 0
  #unacknowledged = 0
  readonly #refused: Refusal[] = []
  #settle: (report: PublishReport) => void = () => {}
  readonly #settled: (batch: OpenBatch, count: number) => void

  /** @param settled called with the number of messages that got their result */
  constructor(messages: MessageBatch, settled: (batch: OpenBatch, count: number) => void) {
    this.messages = messages
    this.#settled = settled
    this.report = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#count(0)
  }

  get left(): number {
    return this.messages.length - this.#acknowledged - this.#unacknowledged - this.#refused.length
  }

  /** The broker has acknowledged `count` messages. */
  acknowledge(count: number): void {
    this.#acknowledged += count
    this.#count(count)
  }

  /** The broker has acknowledged one message, and said that nobody is subscribed to its channel. */
  acknowledgeUnheard(): void {
    this.#unheard++
    this.acknowledge(1)
  }

  /** The network has taken `count` messages of QoS 0. */
  send(count: number): void {
    this.#unassured += count
    this.acknowledge(count)
  }

  refuse(index: number, reason: RefusalReason): void {
    this.#refused.push({ index, ...reason })
    this.#count(1)
  }

  giveUp(count: number): void {
    this.#unacknowledged += count
    this.#count(count)
  }

  #count(count: number): void {
    if (count > 0) this.#settled(this, count)
    if (this.left > 0) return
    const refused = this.#refused.sort((a, b) => a.index - b.index)
    this.#settle({
      acknowledged: this.#acknowledged,
      ...(this.#unassured > 0 && { unassured: this.#unassured }),
      ...(this.#unheard > 0 && { unheard: this.#unheard }),
      refused,
      unacknowledged: this.#unacknowledged
    })
  }
}
