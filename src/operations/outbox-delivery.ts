import type { AcknowledgementLimits } from '../core/acknowledgement-limits.js'
import type { Clock } from '../core/clock.js'
import type { BrokerConnection } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import type { MessageTarget } from '../core/message-target.js'
import type { Outbox, OutboxClaim } from '../core/outbox/outbox.js'
import { OutboxAttempt, type Settlement } from './outbox-attempt.js'
import { Publication } from './publication.js'

/** Milliseconds between looks for what other processes have stored, or whether another sender is gone. */
const LOOK_EVERY = 250
/** Milliseconds before it is tried again to connect: doubling from the first to the longest. */
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 10_000
/** Two processes that claim at once may both have stepped back: so often, and up to so many milliseconds later, each tries again. */
const CLAIM_TRIES = 3
const CLAIM_PAUSE = 60

export interface DeliveryOptions extends AcknowledgementLimits {
  readonly outbox: Outbox
  readonly connect: () => Promise<BrokerConnection>
  /** What every message is made to fit; one that cannot be is refused. */
  readonly target: MessageTarget
  readonly clock: Clock
  /** A number from 0 to below 1. */
  readonly random: () => number
  readonly stop: AbortSignal
  /** Told why messages are stored but not sent while input goes on; once for each reason. */
  readonly onWaiting: (text: string) => void
}

/** Sends what is in an outbox, and what is stored meanwhile, unless another process does. */
export class OutboxDelivery {
  /** Why the rest was not sent, if any is left. */
  reason: TidingsError | undefined
  /** Another process that is sending. */
  sender: number | undefined
  private readonly inputEnded = new AbortController()
  private changed = new AbortController()
  private told: string | undefined

  /** @param onSettled what has left the outbox, one way or the other */
  constructor(
    private readonly options: DeliveryOptions,
    private readonly onSettled: (settlement: Settlement) => void
  ) {}

  /** Something was stored. */
  stored(): void {
    this.changed.abort()
  }

  /** This process stores nothing more, and has closed its segment: what is left is sent if that can be done now. */
  endInput(): void {
    this.inputEnded.abort()
    this.changed.abort()
  }

  /** Sends until input has ended and nothing is left or it cannot be sent now. Rejects if the outbox fails, or for bad connection options. */
  async run(): Promise<void> {
    const { outbox, stop, random } = this.options
    let pause = FIRST_PAUSE
    let claims = 0
    while (!stop.aborted) {
      const ended = this.inputEnded.signal
      const isLast = ended.aborted
      const result = await this.sendAll()
      if (result === 'sent') {
        // What another process closed while it saw our claim is left to us.
        if (!outbox.hasWaiting(true)) return outbox.tidy()
      } else if (result === 'busy') {
        if (isLast && ++claims === CLAIM_TRIES) return
        await this.sleep(isLast ? random() * CLAIM_PAUSE : LOOK_EVERY, isLast ? stop : ended)
      } else {
        if (ended.aborted) return
        const isFinal = this.reason?.kind === 'refused'
        if (!isFinal) await this.sleep(pause * (0.5 + random() / 2), ended)
        // A short input is over by now, and the end says why.
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

  /** Connects, and sends until nothing is left; returns why it could not. */
  private async sendThrough(claim: OutboxClaim): Promise<TidingsError | undefined> {
    let connection: BrokerConnection
    try {
      connection = await this.options.connect()
    } catch (error) {
      if (error instanceof TidingsError && error.kind !== 'usage') return error
      throw error
    }
    const attempt = new OutboxAttempt(claim, connection, this.options.target, this.onSettled)
    const { sourceError, connectionError, stalled } = await new Publication({
      ...this.options,
      connection: {
        closed: connection.closed,
        get settled() {
          return connection.settled
        },
        close: (drain) => connection.close(drain),
        publish: (batch) => attempt.publish(batch)
      }
    }).run((signal) => this.batches(attempt, signal))
    await connection.close(this.options.drainTimeout)
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

  private async *batches(attempt: OutboxAttempt, signal: AbortSignal): AsyncGenerator<readonly Message[]> {
    signal.addEventListener('abort', () => this.changed.abort(), { once: true })
    while (!signal.aborted) {
      // Looked at first: what was stored before input ended is found by what follows.
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
