import { ByteWriter } from '../core/byte-writer.js'
import { encodeEnvelope } from '../core/envelope/envelope.js'
import { TidingsError } from '../core/errors.js'
import { MAX_LINE_BYTES } from '../core/lines.js'
import { type Message, payloadSize } from '../core/message.js'
import type { MessageBatch } from '../core/message-batch.js'
import type { OutboxSegment } from '../core/outbox/outbox.js'
import type { OutboxOutcome } from '../core/outbox/outbox-outcome.js'
import type { PublishProgress } from '../core/publish-outcome.js'
import type { RefusalExample } from '../core/refusal-example.js'
import { MOST_REASONS } from './outbox-attempt.js'
import { type DeliveryOptions, OutboxDelivery } from './outbox-delivery.js'

/** Stores messages on disk as they come. Meanwhile it sends them, and all other messages in the outbox, as far as that works. */
export class OutboxPublication {
  private count = 0
  private readonly own = { acknowledged: 0, unassured: 0, unheard: 0, refused: 0 }
  private readonly others = { acknowledged: 0, unassured: 0, unheard: 0, refused: 0 }
  private refusal: RefusalExample | undefined
  private readonly reasons = new Set<string>()
  private segment: OutboxSegment | undefined
  private readonly delivery: OutboxDelivery

  constructor(private readonly options: DeliveryOptions) {
    this.delivery = new OutboxDelivery(options, (settlement) => {
      const counts = settlement.segment === this.segment?.name ? this.own : this.others
      counts.acknowledged += settlement.acknowledged
      counts.unassured += settlement.unassured
      counts.unheard += settlement.unheard
      counts.refused += settlement.refused
      this.refusal ??= settlement.refusal
      for (const reason of settlement.reasons) if (this.reasons.size < MOST_REASONS) this.reasons.add(reason)
    })
  }

  get progress(): Pick<PublishProgress, 'sent' | 'acknowledged'> {
    return { sent: this.count, acknowledged: this.own.acknowledged }
  }

  /** Sends the messages that the outbox holds. Rejects if the outbox fails, or for bad connection options. */
  async send(): Promise<OutboxOutcome> {
    const began = this.options.clock.monotonic()
    this.delivery.endInput()
    await this.delivery.run()
    return this.outcome(undefined, began)
  }

  /**
   * Stores everything that `source` yields until its signal aborts, and sends meanwhile. Never rejects: the outcome has the error of the
   * source or of the outbox, beside what was stored and sent.
   */
  async run(source: (signal: AbortSignal) => AsyncIterable<MessageBatch>): Promise<OutboxOutcome> {
    const began = this.options.clock.monotonic()
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
    return this.outcome(sourceError ?? failed?.error, began)
  }

  private async store(batches: AsyncIterable<MessageBatch>): Promise<void> {
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

  private outcome(sourceError: unknown, began: number): OutboxOutcome {
    const { own, others, refusal, reasons, delivery } = this
    const { reason, sender, unread } = delivery
    const elapsed = this.options.clock.monotonic() - began
    return {
      stored: this.count,
      own,
      others,
      refusal,
      reasons: [...reasons],
      unread,
      reason,
      sender,
      sourceError,
      elapsed
    }
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
