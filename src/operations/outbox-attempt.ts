import type { Assurance } from '../core/assurance.js'
import { ByteWriter } from '../core/byte-writer.js'
import type { BrokerConnection, PublishReport } from '../core/connection.js'
import { parseEnvelope } from '../core/envelope/envelope.js'
import { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import type { MessageBatch } from '../core/message-batch.js'
import { Losses, type MessageTarget } from '../core/message-target.js'
import type { OutboxClaim, StoredBatch } from '../core/outbox/outbox.js'
import { encodeRefused, encodeUnreadable } from '../core/outbox/outbox-lines.js'
import type { RefusalExample } from '../core/refusal-example.js'

const NOTHING: PublishReport = { acknowledged: 0, refused: [], unacknowledged: 0 }

/** What became of messages of one segment. */
export interface Settlement extends Assurance {
  readonly segment: string
  readonly refused: number
  readonly refusal: RefusalExample | undefined
  /** Why messages were refused, each reason once, and only the first of many. */
  readonly reasons: ReadonlySet<string>
}

/** So many reasons are told. */
export const MOST_REASONS = 10

/** A batch that is not settled yet. */
interface OpenBatch {
  readonly stored: StoredBatch
  /** The messages in the lines that could be read. */
  readonly messages: readonly Message[]
  readonly unreadable: readonly { readonly line: Uint8Array; readonly reason: string }[]
  /** Messages that cannot be published to this broker. */
  readonly unfit: readonly { readonly message: Message; readonly failure: TidingsError }[]
  /** The facts that were dropped from `messages`. */
  readonly losses: Losses
  report: PublishReport | undefined
}

/** Sends over one connection with one claim. Batches are settled in order, and a batch's report is passed on only after that. */
export class OutboxAttempt {
  private readonly open: OpenBatch[] = []
  private settling: Promise<void> = Promise.resolve()
  /** Why a batch could not be settled, if so: the outbox could not be written. */
  failure: unknown

  constructor(
    private readonly claim: OutboxClaim,
    private readonly connection: Pick<BrokerConnection, 'publish' | 'close'>,
    private readonly target: MessageTarget,
    private readonly onSettled: (settlement: Settlement) => void
  ) {}

  /** Whether a batch that was read is not settled. */
  get unsettled(): boolean {
    return this.open.length > 0
  }

  /** The next messages to publish, in order; `undefined` if none wait now. */
  next(): readonly Message[] | undefined {
    const stored = this.claim.next()
    if (stored === undefined) return undefined
    const messages: Message[] = []
    const unreadable: { line: Uint8Array; reason: string }[] = []
    const unfit: { message: Message; failure: TidingsError }[] = []
    const losses = new Losses()
    for (const line of stored.lines) {
      const message = readLine(line)
      if (message instanceof Error) {
        unreadable.push({ line, reason: message.message })
        continue
      }
      try {
        messages.push(this.target.fit(this.dated(message), losses))
      } catch (error) {
        if (!(error instanceof TidingsError)) throw error
        unfit.push({ message, failure: error })
      }
    }
    this.open.push({ stored, messages, unreadable, unfit, losses, report: undefined })
    return messages
  }

  /** A message that says no time of its own was published when it was stored, and not when it is sent. */
  private dated(message: Message): Message {
    const { sourceTime, time } = message
    if (sourceTime !== undefined || time === undefined || !this.target.carries('source-time')) return message
    return { ...message, sourceTime: time }
  }

  /** Publishes messages that `next` has returned. Resolves with the report once the messages are settled, or cannot be. */
  async publish(messages: MessageBatch): Promise<PublishReport> {
    const batch = this.open.find((each) => each.messages === messages)
    const report = messages.length === 0 ? NOTHING : await this.connection.publish(messages)
    if (batch !== undefined) batch.report = report
    this.settling = this.settling.then(() => this.settleFront())
    await this.settling
    return report
  }

  /** Settles batches in order, up to the first batch with an unacknowledged message. That batch and all after it are sent again later. */
  private async settleFront(): Promise<void> {
    if (this.failure !== undefined) return
    try {
      for (let batch = this.open[0]; batch?.report?.unacknowledged === 0; batch = this.open[0]) {
        await this.settle(batch, batch.report)
        this.open.shift()
      }
    } catch (error) {
      this.failure = error
      await this.connection.close(0)
    }
  }

  private async settle(batch: OpenBatch, report: PublishReport): Promise<void> {
    const { stored, messages, unreadable, unfit, losses } = batch
    const refused = new ByteWriter()
    const reasons = new Set<string>()
    for (const { index, reason } of report.refused) {
      if (reasons.size < MOST_REASONS) reasons.add(reason)
      const message = messages[index]
      if (message !== undefined) encodeRefused(message, reason, refused)
    }
    for (const { message, failure } of unfit) encodeRefused(message, failure.message, refused)
    for (const { line, reason } of unreadable) encodeUnreadable(line, reason, refused)
    if (refused.length > 0) await this.claim.refuse(refused.take())
    this.claim.settle(stored)
    this.target.countLosses(losses)
    const [bad] = unreadable
    const [first] = unfit
    this.onSettled({
      segment: stored.segment,
      acknowledged: report.acknowledged,
      unassured: report.unassured ?? 0,
      unheard: report.unheard ?? 0,
      reasons,
      refused: report.refused.length + unreadable.length + unfit.length,
      refusal:
        report.refused[0] ??
        (first && {
          reason: first.failure.message,
          code: first.failure.code,
          suggestion: first.failure.suggestion
        }) ??
        (bad && { reason: bad.reason, code: 'bad-envelope' })
    })
  }
}

function readLine(line: Uint8Array): Message | Error {
  try {
    return parseEnvelope(line)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
