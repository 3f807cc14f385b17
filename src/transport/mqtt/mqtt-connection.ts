import type {
  BrokerConnection,
  BrokerTraits,
  ConnectionNotice,
  Grant,
  PublishReport,
  Receiver,
  Subscription
} from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import type { Message } from '../../core/message.js'
import { BackOff, pause } from './back-off.js'
import type { BrokerRound } from './broker-round.js'
import { isWorthRetrying } from './connect-failure.js'
import type { MessageExchange } from './exchange/message-exchange.js'
import type { ExchangeLink, Session, SessionEnd } from './session.js'
import { forgetSession, type SessionPolicy } from './session-policy.js'
import { SessionVerdict } from './session-verdict.js'

/** What a connection is made of; `openMqttConnection` puts it together. */
export interface ConnectionParts {
  readonly round: BrokerRound
  readonly policy: SessionPolicy
  readonly exchange: MessageExchange
  readonly link: ExchangeLink
  readonly onNotice: (notice: ConnectionNotice) => void
}

/** A SUBSCRIBE over which the broker closes the connection this often is taken for refused: NATS and ejabberd answer so. */
const SUBSCRIBE_TRIES = 3

/** A connection that lasted this long (in milliseconds), or brought more than a CONNACK, did work: the next pause is short again. */
const WORKED_TIME = 1000
const WORKED_BYTES = 512

/** A connection to an MQTT broker over any number of network connections, one after the other. */
export class MqttConnection implements BrokerConnection {
  readonly closed: Promise<TidingsError | undefined>
  readonly #parts: ConnectionParts
  readonly #verdict = new SessionVerdict()
  readonly #backOff = new BackOff()
  /** Aborted by `close` and by a final end: nothing connects again after that. */
  readonly #stop = new AbortController()
  /** What the broker granted, to be asked for again. */
  readonly #subscriptions = new Map<string, Subscription>()
  #traits: BrokerTraits
  #session: Session | undefined
  #sessionWaiters: (() => void)[] = []
  #failure: TidingsError | undefined
  #resolveClosed: (failure: TidingsError | undefined) => void = () => {}
  /** What the receiver last returned: a close waits for it, so that its messages are still acknowledged. */
  #settling: unknown
  #closing: Promise<void> | undefined
  #hurry = new AbortController()

  constructor(parts: ConnectionParts, session: Session) {
    this.#parts = parts
    this.#traits = session.traits
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    this.#use(session)
    void this.#stayConnected(session)
  }

  get broker(): BrokerTraits {
    return this.#traits
  }

  publish(batch: readonly Message[]): Promise<PublishReport> {
    if (this.#parts.policy.mustKeepSessionFor(batch, this.#traits.protocol)) {
      // Sent again after a cut, a QoS 2 message would be a second one to a broker that has forgotten the session.
      this.#parts.policy.keepSession()
      void this.#session?.disconnect(true)
      this.#parts.exchange.suspend()
    }
    return this.#parts.exchange.publish(batch)
  }

  async subscribe(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]> {
    this.#parts.exchange.setReceiver((batch) => {
      const settling = receive(batch)
      this.#settling = settling
      return settling
    })
    for (let tries = 1; ; tries++) {
      const session = await this.#nextSession()
      try {
        const grants = await session.subscribe(subscriptions)
        grants.forEach((grant, index) => {
          const subscription = subscriptions[index]
          if (grant.qos !== undefined && subscription) this.#subscriptions.set(grant.pattern, subscription)
        })
        return grants
      } catch {
        const { reason } = await session.ended
        if (tries === SUBSCRIBE_TRIES) throw subscribeRefused(subscriptions, reason)
      }
    }
  }

  close(drain = 0): Promise<void> {
    if (this.#closing === undefined) this.#closing = this.#close(drain)
    else void pause(drain, this.#stop.signal).then(() => this.#hurry.abort())
    return this.#closing
  }

  async #close(drain: number): Promise<void> {
    if (drain > 0 && !this.#stop.signal.aborted) {
      const drained = this.#parts.exchange.drained().then(() => this.#settling)
      const settled = drained.catch(() => {})
      const deadline = AbortSignal.any([this.#stop.signal, this.#hurry.signal])
      await Promise.race([settled, pause(drain, deadline)])
    }
    await this.#end(undefined)
  }

  /** Ends for good: with nothing, or with why. Only the first reason counts. */
  async #end(failure: TidingsError | undefined): Promise<void> {
    if (!this.#stop.signal.aborted) {
      this.#failure = failure
      this.#stop.abort()
      await this.#session?.disconnect(this.#parts.policy.outlivesConnection)
      this.#parts.exchange.abandon()
      this.#wakeWaiters()
      await forgetSession(this.#parts, this.#traits)
      this.#resolveClosed(failure)
    }
    await this.closed
  }

  async #stayConnected(first: Session): Promise<void> {
    let session: Session | undefined = first
    while (session !== undefined) {
      const end: SessionEnd = await session.ended
      this.#session = undefined
      this.#parts.exchange.suspend()
      if (this.#stop.signal.aborted) return
      const failure = this.#verdict.judge(end, {
        url: this.#traits.url,
        clientId: this.#traits.clientId,
        isNamed: this.#parts.policy.hasNamedClient
      })
      if (failure !== undefined) return this.#end(failure)
      session = await this.#reconnect(end)
    }
  }

  /** Connects again, for as long as it takes. Nothing: the connection has ended meanwhile. */
  async #reconnect(end: SessionEnd): Promise<Session | undefined> {
    const { round, policy, link, onNotice } = this.#parts
    const { signal } = this.#stop
    const isOwnWish = end.kind === 'left'
    let told = `lost the connection to "${this.#traits.url}": ${end.reason}; reconnecting`
    if (!isOwnWish) onNotice({ kind: 'reconnecting', text: told, reason: end.reason })
    if (end.lasted > WORKED_TIME || end.received > WORKED_BYTES) this.#backOff.reset()
    for (let isFirst = true; ; isFirst = false) {
      if (!(isFirst && isOwnWish)) await pause(this.#backOff.next(), signal)
      if (signal.aborted) return undefined
      try {
        const session = await round.connect(policy.request, link, signal)
        if (!signal.aborted) return this.#resume(session, isOwnWish)
        await session.disconnect(policy.outlivesConnection)
        return undefined
      } catch (error) {
        if (signal.aborted) return undefined
        if (!(error instanceof TidingsError)) throw error
        if (!isWorthRetrying(error)) {
          await this.#end(error)
          return undefined
        }
        if (error.message !== told) onNotice({ kind: 'reconnecting', text: error.message })
        told = error.message
      }
    }
  }

  #resume(session: Session, isOwnWish: boolean): Session {
    const isRenewed = !session.traits.sessionPresent && this.#subscriptions.size > 0
    if (!isOwnWish) {
      const gap = isRenewed ? '; what was published meanwhile may be missing' : ''
      this.#parts.onNotice({
        kind: 'reconnected',
        text: `connected to "${session.traits.url}" again${gap}`
      })
    }
    // Before anything is published again, so that our own messages come back to us.
    if (isRenewed) void this.#renew(session)
    this.#use(session)
    return session
  }

  #use(session: Session): void {
    this.#traits = session.traits
    this.#session = session
    this.#parts.exchange.resume(session.traits)
    this.#wakeWaiters()
  }

  async #renew(session: Session): Promise<void> {
    try {
      const grants = await session.subscribe([...this.#subscriptions.values()])
      const denied = grants.find(({ qos }) => qos === undefined)
      if (denied === undefined) return
      const why = `the broker no longer grants it: ${denied.reason ?? 'refused'}`
      const failure = new TidingsError('refused', `cannot subscribe to "${denied.pattern}" again: ${why}`, {
        code: 'subscribe-refused',
        details: { broker: this.#traits.url }
      })
      await this.#end(failure)
    } catch {
      // Lost again before the answer: the next session renews.
    }
  }

  #wakeWaiters(): void {
    const waiters = this.#sessionWaiters
    this.#sessionWaiters = []
    for (const wake of waiters) wake()
  }

  async #nextSession(): Promise<Session> {
    while (this.#session === undefined && !this.#stop.signal.aborted) {
      await new Promise<void>((resolve) => this.#sessionWaiters.push(resolve))
    }
    if (this.#session !== undefined && !this.#stop.signal.aborted) return this.#session
    throw (
      this.#failure ??
      new TidingsError('unfinished', `cannot subscribe at "${this.#traits.url}": the connection was closed`, {
        code: 'connection-closed'
      })
    )
  }

  /** The receiver failed: the connection ends with its error. */
  failReceiver(error: unknown): void {
    const failure =
      error instanceof TidingsError
        ? error
        : new TidingsError('unfinished', `cannot take messages: ${String(error)}`, {
            code: 'receiver-failed',
            cause: error
          })
    void this.#end(failure)
  }
}

function subscribeRefused(subscriptions: readonly Subscription[], reason: string): TidingsError {
  const patterns = subscriptions.map(({ pattern }) => `"${pattern}"`).join(', ')
  return new TidingsError('refused', `cannot subscribe to ${patterns}: ${reason}, each time it is asked`, {
    code: 'subscribe-refused',
    suggestion: 'this broker may not allow or support such a pattern'
  })
}
