import type { AcknowledgementLimits } from '../core/acknowledgement-limits.js'
import type { Clock } from '../core/clock.js'
import type { BrokerConnection, Unread } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import type { MessageTarget } from '../core/message-target.js'
import type { Outbox, OutboxClaim } from '../core/outbox/outbox.js'
import { confirmRead } from './confirm-read.js'
import { OutboxAttempt, type Settlement } from './outbox-attempt.js'
import { Publication } from './publication.js'

/** Milliseconds between two looks for messages of other processes, or for the end of another sender. */
const LOOK_EVERY = 250
/** Milliseconds before the next attempt to connect: from the first to the longest, doubled each time. */
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 10_000
/** Two processes that claim an outbox at once may both give way. Each tries so often, with random pauses of up to so many milliseconds. */
const CLAIM_TRIES = 3
const CLAIM_PAUSE = 60

export interface DeliveryOptions extends AcknowledgementLimits {
  readonly outbox: Outbox
  readonly connect: () => Promise<BrokerConnection>
  /** Makes every message fit what it is published to. A message that cannot fit is refused. */
  readonly target: MessageTarget
  readonly clock: Clock
  /** Returns a random number from 0 to below 1. */
  readonly random: () => number
  readonly stop: AbortSignal
  /** Called, once for each reason, with why messages are only stored and not sent while input goes on. */
  readonly onWaiting: (text: string) => void
}

/** Sends the messages in an outbox, and those that are stored meanwhile, unless another process sends them. */
export class OutboxDelivery {
  /** Why the remaining messages were not sent, if any remain. */
  reason: TidingsError | undefined
  /** The number (pid) of another process that is sending, if there is one. */
  sender: number | undefined
  /** What has left the outbox with QoS 0, and nothing shows to be read. */
  unread: Unread = { count: 0 }
  private readonly inputEnded = new AbortController()
  private changed = new AbortController()
  private told: string | undefined

  /** @param onSettled called with what became of messages that have left the outbox */
  constructor(
    private readonly options: DeliveryOptions,
    private readonly onSettled: (settlement: Settlement) => void
  ) {}

  /** To be called after messages were stored. */
  stored(): void {
    this.changed.abort()
  }

  /** To be called once this process has closed its segment and stores nothing more. The remaining messages are sent if that works now. */
  endInput(): void {
    this.inputEnded.abort()
    this.changed.abort()
  }

  /**
   * Sends until input has ended, and no message is left or the rest cannot be sent now. Rejects if the outbox fails, or for bad connection
   * options.
   */
  async run(): Promise<void> {
    const { outbox, stop, random } = this.options
    let pause = FIRST_PAUSE
    let claims = 0
    while (!stop.aborted) {
      const ended = this.inputEnded.signal
      const isLast = ended.aborted
      const result = await this.sendAll()
      if (result === 'sent') {
        // Another process that saw our claim leaves its closed segment to us.
        if (!outbox.hasWaiting(true)) return outbox.tidy()
      } else if (result === 'busy') {
        if (isLast && ++claims === CLAIM_TRIES) return
        await this.sleep(isLast ? random() * CLAIM_PAUSE : LOOK_EVERY, isLast ? stop : ended)
      } else {
        if (ended.aborted) return
        const isFinal = this.reason?.kind === 'refused'
        if (!isFinal) await this.sleep(pause * (0.5 + random() / 2), ended)
        // A short input has ended by now. Then the outcome says why, and nothing is told here.
        if (!ended.aborted) this.tellWhy()
        if (isFinal) return
        pause = Math.min(LONGEST_PAUSE, pause * 2)
      }
    }
  }

  private tellWhy(): void {
    const { outbox, onWaiting } = this.options
    const why = this.reason?.message
    if (why !== undefined && why !== this.told) onWaiting(`${why}; messages are kept in "${outbox.name}"`)
    this.told = why
  }

  private async sendAll(): Promise<'sent' | 'failed' | 'busy'> {
    const { outbox } = this.options
    if (this.inputEnded.signal.aborted && !outbox.hasWaiting(false)) return 'sent'
    const claim = outbox.claim()
    this.sender = 'pid' in claim ? claim.pid : undefined
    if ('pid' in claim) return 'busy'
    try {
      this.reason = await this.sendThrough(claim)
      return this.reason === undefined ? 'sent' : 'failed'
    } finally {
      await claim.release()
    }
  }

  /** Connects, and sends until no message is left. Returns why it could not, if so. */
  private async sendThrough(claim: OutboxClaim): Promise<TidingsError | undefined> {
    let connection: BrokerConnection
    try {
      connection = await this.options.connect()
    } catch (error) {
      if (error instanceof TidingsError && error.kind !== 'usage') return error
      throw error
    }
    const attempt = new OutboxAttempt(claim, connection, this.options.target, this.onSettled)
    const { sourceError, connectionError, stalled, unread } = await new Publication({
      ...this.options,
      connection: {
        closed: connection.closed,
        get settled() {
          return connection.settled
        },
        confirmRead: () => confirmRead(connection),
        close: (drain) => connection.close(drain),
        publish: (batch) => attempt.publish(batch)
      }
    }).run((signal) => this.batches(attempt, signal))
    await connection.close(this.options.drainTimeout)
    this.noteUnread(unread)
    const failure = attempt.failure ?? sourceError
    if (failure !== undefined) throw failure
    if (connectionError !== undefined) return connectionError
    if (!stalled && !attempt.unsettled) return undefined
    return new TidingsError(
      'unfinished',
      stalled ? 'the broker stopped acknowledging' : 'it was interrupted',
      {
        code: stalled ? 'not-acknowledged' : 'interrupted'
      }
    )
  }

  private noteUnread({ count, reason }: Unread): void {
    this.unread = { count: this.unread.count + count, reason: this.unread.reason ?? reason }
  }

  private async *batches(attempt: OutboxAttempt, signal: AbortSignal): AsyncGenerator<readonly Message[]> {
    signal.addEventListener('abort', () => this.changed.abort(), { once: true })
    while (!signal.aborted) {
      // This is read before `next`, so that `next` finds everything that was stored before input ended.
      const isLast = this.inputEnded.signal.aborted
      this.changed = new AbortController()
      const messages = attempt.next()
      if (messages !== undefined) yield messages
      else if (isLast) return
      else await this.sleep(LOOK_EVERY, this.changed.signal)
    }
  }

  private sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.options
    return clock.sleepUntil(clock.monotonic() + milliseconds * 1000, signal)
  }
}
