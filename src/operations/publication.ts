import type { AcknowledgementLimits } from '../core/acknowledgement-limits.js'
import type { Clock } from '../core/clock.js'
import type { BrokerConnection, PublishReport, Unread } from '../core/connection.js'
import type { TidingsError } from '../core/errors.js'
import type { MessageBatch } from '../core/message-batch.js'
import type { PublishOutcome, PublishProgress } from '../core/publish-outcome.js'
import type { RefusalExample } from '../core/refusal-example.js'
import { AnsweredPrefix } from './answered-prefix.js'
import { confirmRead, withoutUnread } from './confirm-read.js'
import { watchForStall } from './stall-watch.js'

/**
 * How many batches may be open at once where the connection does not say it: enough to keep the socket full while the next chunk is read,
 * and few enough to bound memory.
 */
const OPEN_BATCHES = 8
/**
 * How many messages may be open at once where the connection does not say it: twice as many as a broker gets without an acknowledgement.
 * Further messages would only wait, and outlive the garbage collector's young generation: collecting old garbage took a quarter of the
 * time of publishing at QoS 1.
 */
const OPEN_MESSAGES = 2048
/**
 * So few messages may be open in any number of batches. Who asks for a rate gets each message in a batch of its own: with eight of them open,
 * a broker that takes 100 ms to acknowledge got 80 a second, whatever was asked for.
 */
const FEW_MESSAGES = 1024
/** How many bytes of payloads may be open at once: a line of 100 MB waits for the one before the last. */
const ENOUGH_BYTES = 8 * 1024 * 1024

export interface PublicationOptions extends AcknowledgementLimits {
  readonly connection: Pick<
    BrokerConnection,
    'publish' | 'openBatches' | 'openMessages' | 'settled' | 'confirmRead' | 'closed' | 'close'
  >
  readonly clock: Clock
  /** Stops the reading of further messages. Open messages are then drained for at most `drainTimeout`. */
  readonly stop: AbortSignal
}

function firstRefused(
  batch: MessageBatch,
  { refused: [refusal] }: PublishReport
): RefusalExample | undefined {
  if (refusal === undefined) return undefined
  const { index, ...reason } = refusal
  return { ...reason, channel: batch.at(index)?.channel ?? '' }
}

function bytesOf(batch: MessageBatch): number {
  let bytes = 0
  for (let at = 0; at < batch.length; at++) bytes += batch.at(at)?.payload?.length ?? 0
  return bytes
}

/** One publication: hands batches to a connection, bounded in memory, and counts what became of every message. */
export class Publication {
  private sent = 0
  private acknowledged = 0
  private unassured = 0
  private unheard = 0
  private refused = 0
  private unacknowledged = 0
  private readonly answered = new AnsweredPrefix()
  private refusal: RefusalExample | undefined
  private open = 0
  /** How many messages wait. */
  private waiting = 0
  /** How many of them were made. Those of a batch with a `size` are not made yet. */
  private made = 0
  /** How many bytes of payloads wait. */
  private bytes = 0
  private lastProgress: number
  private connectionError: TidingsError | undefined
  private ended = false
  private stalled = false
  /** Everything was reported, and the broker is asked whether it has read it. */
  private confirming = false
  private wake: () => void = () => undefined
  /** Ends the reading of input: after `stop`, or because the connection has ended. */
  private readonly input = new AbortController()

  constructor(private readonly options: PublicationOptions) {
    this.lastProgress = options.clock.monotonic()
    const { connection } = options
    connection.closed.then(
      (error) => {
        this.connectionError = error
        this.ended = true
        this.input.abort('ended')
        this.wake()
      },
      () => undefined
    )
  }

  get progress(): PublishProgress {
    const { sent, acknowledged, unassured, unheard, refused } = this
    return { sent, acknowledged, unassured, unheard, refused }
  }

  /**
   * Publishes everything that `source` yields until its signal aborts. Never rejects: the outcome says what failed.
   * @param source makes the batches, and stops waiting for more when its signal aborts
   */
  async run(source: (signal: AbortSignal) => AsyncIterable<MessageBatch>): Promise<PublishOutcome> {
    const { stop, clock } = this.options
    const began = clock.monotonic()
    const onStop = () => {
      this.input.abort('stopped')
      void this.options.connection.close(this.options.drainTimeout)
    }
    if (stop.aborted) onStop()
    stop.addEventListener('abort', onStop, { once: true })
    const watch = new AbortController()
    const watching = this.watchForStall(watch.signal)
    let sourceError: unknown
    try {
      for await (const batch of source(this.input.signal)) {
        while (this.isEnough && !this.ended) await this.change()
        if (this.input.signal.aborted) break
        this.publish(batch)
      }
    } catch (error) {
      sourceError = error
    }
    const wasCut = this.input.signal.aborted
    while (this.open > 0) await this.change()
    const unread = await this.confirm()
    // With a reason, because the default reason (an error with a stack) costs more than the watch.
    watch.abort('done')
    await watching
    stop.removeEventListener('abort', onStop)
    return {
      ...withoutUnread(this.progress, unread),
      unread,
      unacknowledged: this.unacknowledged,
      answered: this.answered.count,
      refusal: this.refusal,
      sourceError,
      connectionError: this.connectionError,
      elapsed: clock.monotonic() - began,
      // The last answer may come while the publication gives up. Then it is unfinished only if messages were not read.
      stalled: this.stalled && (wasCut || this.unacknowledged > 0 || unread.count > 0)
    }
  }

  private get isEnough(): boolean {
    const { openBatches = OPEN_BATCHES, openMessages = OPEN_MESSAGES } = this.options.connection
    if (this.open >= openBatches && this.waiting >= FEW_MESSAGES) return true
    return this.open > 1 && (this.made >= openMessages || this.bytes >= ENOUGH_BYTES)
  }

  private publish(batch: MessageBatch): void {
    this.open++
    this.sent += batch.length
    const { length, size } = batch
    const [made, bytes] = size === undefined ? [length, bytesOf(batch)] : [0, size]
    this.waiting += length
    this.made += made
    this.bytes += bytes
    const answer = this.answered.add(length)
    if (this.open === 1) this.lastProgress = this.options.clock.monotonic()
    void this.options.connection.publish(batch).then((report) => {
      this.open--
      this.waiting -= batch.length
      this.made -= made
      this.bytes -= bytes
      this.acknowledged += report.acknowledged
      this.unassured += report.unassured ?? 0
      this.unheard += report.unheard ?? 0
      this.refused += report.refused.length
      this.unacknowledged += report.unacknowledged
      answer(report.unacknowledged)
      this.refusal ??= firstRefused(batch, report)
      this.lastProgress = this.options.clock.monotonic()
      this.wake()
    })
  }

  /** Resolves when the report of a batch has come, or the connection has ended. */
  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve
    })
  }

  private async confirm(): Promise<Unread> {
    if (this.unassured === 0) return { count: 0 }
    this.confirming = true
    this.lastProgress = this.options.clock.monotonic()
    return confirmRead(this.options.connection)
  }

  private async watchForStall(over: AbortSignal): Promise<void> {
    const { clock, ackTimeout, connection } = this.options
    const watch = {
      clock,
      limit: ackTimeout,
      settled: () => connection.settled,
      since: () => (this.open > 0 || this.confirming ? this.lastProgress : undefined),
      stoodStill: () => {
        this.lastProgress = clock.monotonic()
      }
    }
    if (!(await watchForStall(watch, over))) return
    this.stalled = true
    void connection.close(0)
  }
}
