import { ByteWriter } from '../core/byte-writer.js'
import { encodeEnvelope } from '../core/envelope/envelope.js'
import { TidingsError } from '../core/errors.js'
import { MAX_LINE_BYTES } from '../core/lines.js'
import { type Message, payloadSize } from '../core/message.js'
import type { OutboxSegment } from '../core/outbox/outbox.js'
import { type DeliveryOptions, OutboxDelivery } from './outbox-delivery.js'
import type { Settlement } from './outbox-round.js'

/** What has become of messages that were in an outbox. */
interface Sent {
  acknowledged: number
  refused: number
}

export interface OutboxOutcome {
  /** Messages that this process has put on disk. */
  readonly stored: number
  /** What became of those. */
  readonly own: Readonly<Sent>
  /** What became of those that had been there, or came from other processes. */
  readonly others: Readonly<Sent>
  /** The first refusal, as an example of why. */
  readonly refusal: Settlement['refusal']
  /** Why the rest was not sent, if any is left. */
  readonly reason: TidingsError | undefined
  /** Another process, that is sending. */
  readonly sender: number | undefined
  /** Why the source of messages ended early, or why the outbox could not be written to or read. */
  readonly sourceError: unknown
}

/** Puts messages on disk as they come, and sends them and whatever else the outbox holds while it can. */
export class OutboxPublication {
  private count = 0
  private readonly own: Sent = { acknowledged: 0, refused: 0 }
  private readonly others: Sent = { acknowledged: 0, refused: 0 }
  private refusal: Settlement['refusal']
  private segment: OutboxSegment | undefined
  private readonly delivery: OutboxDelivery

  constructor(private readonly options: DeliveryOptions) {
    this.delivery = new OutboxDelivery(options, (settlement) => {
      const counts = settlement.segment === this.segment?.name ? this.own : this.others
      counts.acknowledged += settlement.acknowledged
      counts.refused += settlement.refused
      this.refusal ??= settlement.refusal
    })
  }

  get progress(): { readonly sent: number; readonly acknowledged: number } {
    return { sent: this.count, acknowledged: this.own.acknowledged }
  }

  /** Sends what is there. Rejects if the outbox fails, or for bad connection options. */
  async send(): Promise<OutboxOutcome> {
    this.delivery.endInput()
    await this.delivery.run()
    return this.outcome(undefined)
  }

  /**
   * Stores everything that `source` yields until its signal aborts, and sends meanwhile; never rejects. What goes wrong with the
   * source or with the outbox is in the outcome, beside what was stored and sent all the same.
   */
  async run(source: (signal: AbortSignal) => AsyncIterable<readonly Message[]>): Promise<OutboxOutcome> {
    const broken = new AbortController()
    const delivering = this.delivery.run().catch((error: unknown) => {
      broken.abort()
      return { error }
    })
    let sourceError: unknown
    try {
      await this.store(source(AbortSignal.any([this.options.stop, broken.signal])))
    } catch (error) {
      sourceError = error
    }
    this.delivery.endInput()
    const failed = await delivering
    return this.outcome(sourceError ?? failed?.error)
  }

  private async store(batches: AsyncIterable<readonly Message[]>): Promise<void> {
    const writer = new ByteWriter()
    try {
      for await (const batch of batches) {
        if (batch.length === 0) continue
        const time = this.options.clock.now()
        for (const message of batch) encodeBounded({ ...message, time }, writer)
        this.segment ??= this.options.outbox.begin()
        await this.segment.append(writer.take())
        this.count += batch.length
        this.delivery.stored()
      }
    } finally {
      await this.segment?.close()
    }
  }

  private outcome(sourceError: unknown): OutboxOutcome {
    const { own, others, refusal, delivery } = this
    const { reason, sender } = delivery
    return { stored: this.count, own, others, refusal, reason, sender, sourceError }
  }
}

function encodeBounded(message: Message, into: ByteWriter): void {
  const before = into.length
  encodeEnvelope(message, into)
  if (into.length - before <= MAX_LINE_BYTES) return
  throw new TidingsError(
    'bad-input',
    `cannot store a message of ${payloadSize(message)} bytes: its line would be longer than ${MAX_LINE_BYTES} bytes`,
    { code: 'payload-too-large', suggestion: 'publish it without --outbox' }
  )
}
