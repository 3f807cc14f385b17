import type { BrokerConnection, Grant, PublishReport, Receiver, Subscription } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import type { Message } from '../../core/message.js'
import { pause } from './back-off.js'
import type { MqttBrokerTraits } from './broker-traits.js'
import type { ExchangeTerms } from './exchange/exchange-terms.js'
import type { MessageExchange } from './exchange/message-exchange.js'
import { GrantedSubscriptions } from './granted-subscriptions.js'
import { Reconnection, type ReconnectionParts } from './reconnection.js'
import type { Session, SessionEnd } from './session.js'
import { forgetSession } from './session-policy.js'
import { SessionVerdict } from './session-verdict.js'

/** What a connection is made of; `openMqttConnection` puts it together. */
export interface ConnectionParts extends ReconnectionParts {
  readonly exchange: MessageExchange
  /** Makes sure that a broker which cannot say so delivers to groups. Rejects with a `TidingsError` if it does not. */
  readonly confirmGroups: (connection: MqttConnection, stop: AbortSignal) => Promise<void>
}

/** A connection to an MQTT broker over any number of network connections, one after the other. */
export class MqttConnection implements BrokerConnection {
  readonly closed: Promise<TidingsError | undefined>
  readonly #parts: ConnectionParts
  readonly #verdict = new SessionVerdict()
  /** Aborted by `close` and by a final end: nothing connects again after that. */
  readonly #stop = new AbortController()
  readonly #reconnection: Reconnection
  readonly #subscriptions = new GrantedSubscriptions()
  #traits: MqttBrokerTraits
  #session: Session | undefined
  #sessionWaiters: (() => void)[] = []
  #failure: TidingsError | undefined
  #resolveClosed: (failure: TidingsError | undefined) => void = () => {}
  #closing: Promise<void> | undefined
  #hurry = new AbortController()

  constructor(parts: ConnectionParts, session: Session) {
    this.#parts = parts
    this.#reconnection = new Reconnection(parts, this.#stop.signal)
    this.#traits = session.traits
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    this.#use(session)
    void this.#stayConnected(session)
  }

  get broker(): MqttBrokerTraits {
    return this.#traits
  }

  publish(batch: readonly Message[]): Promise<PublishReport> {
    if (this.#parts.policy.mustKeepSessionFor(batch, this.#traits.mqtt.version)) {
      // Sent again after a cut, a QoS 2 message would be a second one to a broker that has forgotten the session.
      this.#parts.policy.keepSession()
      void this.#session?.disconnect(true)
      this.#parts.exchange.suspend()
    }
    return this.#parts.exchange.publish(batch)
  }

  async subscribe(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]> {
    const patterns = subscriptions.map(({ pattern }) => pattern)
    this.#parts.exchange.addReceiver(receive, patterns)
    await this.#checkWishes(subscriptions)
    return this.#subscriptions.ask(subscriptions, () => this.#nextSession())
  }

  /** What MQTT 3.1.1 has no word for. */
  async #checkWishes(subscriptions: readonly Subscription[]): Promise<void> {
    if (this.#traits.mqtt.version === '3.1.1' && subscriptions.some(({ mqtt }) => mqtt?.noLocal)) {
      const text = 'the broker speaks MQTT 3.1.1: --no-local has no effect'
      this.#parts.onNotice({ kind: 'warning', text })
    }
    if (subscriptions.some(({ group }) => group !== undefined))
      await this.#parts.confirmGroups(this, this.#stop.signal)
  }

  close(drain = 0): Promise<void> {
    if (this.#closing === undefined) this.#closing = this.#close(drain)
    else void pause(drain, this.#stop.signal).then(() => this.#hurry.abort())
    return this.#closing
  }

  async #close(drain: number): Promise<void> {
    if (drain > 0 && !this.#stop.signal.aborted) {
      const { exchange } = this.#parts
      const settled = exchange.drained().then(() => exchange.settled())
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
        isNamed: this.#parts.policy.hasNamedClient,
        isDurable: this.#parts.policy.outlivesConnection,
        version: this.#traits.mqtt.version,
        hasOtherBrokers: this.#parts.round.hasOthers,
        suspectsMessage: this.#parts.exchange.suspects
      })
      if (failure !== undefined) return this.#end(failure)
      session = await this.#reconnect(end)
    }
  }

  /** Nothing: the connection has ended meanwhile. */
  async #reconnect(end: SessionEnd): Promise<Session | undefined> {
    try {
      const session = await this.#reconnection.connect(end, this.#traits.url)
      return session === undefined ? undefined : this.#resume(session, end.kind === 'left')
    } catch (error) {
      if (!(error instanceof TidingsError)) throw error
      await this.#end(error)
      return undefined
    }
  }

  #resume(session: Session, isOwnWish: boolean): Session {
    const isRenewed = !session.traits.resumed && this.#subscriptions.any
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
    this.#parts.exchange.resume(termsOf(session.traits))
    this.#wakeWaiters()
  }

  async #renew(session: Session): Promise<void> {
    const failure = await this.#subscriptions.renew(session)
    if (failure !== undefined) await this.#end(failure)
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

const termsOf = ({ mqtt, resumed }: MqttBrokerTraits): ExchangeTerms => ({ ...mqtt, sessionPresent: resumed })
