import type { PublishReport, Refusal, RefusalReason } from '../../../core/connection.js'
import type { Message } from '../../../core/message.js'

/** A batch that was handed to `publish` and what has become of its messages so far; settles when the last one's fate is known. */
export class OpenBatch {
  readonly messages: readonly Message[]
  readonly report: Promise<PublishReport>
  /** Position of the next message to be sent for the first time. */
  next = 0
  #acknowledged = 0
  #unacknowledged = 0
  readonly #refused: Refusal[] = []
  #settle: (report: PublishReport) => void = () => {}
  readonly #settled: (batch: OpenBatch, count: number) => void

  /** @param settled told of each message whose fate is decided */
  constructor(messages: readonly Message[], settled: (batch: OpenBatch, count: number) => void) {
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

  acknowledge(count: number): void {
    this.#acknowledged += count
    this.#count(count)
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
    this.#settle({ acknowledged: this.#acknowledged, refused, unacknowledged: this.#unacknowledged })
  }
}
