import type {
  BrokerConnection,
  Grant,
  PublishReport,
  Receiver,
  Subscription,
  Unread
} from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import type { MessageBatch } from '../../core/message-batch.js'
import { pause } from '../connecting/back-off.js'
import { connectedAgain } from '../connecting/connected-again.js'
import type { MqttBrokerTraits } from './broker-traits.js'
import { EndVerdict } from './end-verdict.js'
import type { ExchangeLimits } from './exchange/exchange-options.js'
import type { MessageExchange } from './exchange/message-exchange.js'
import { GrantedSubscriptions } from './granted-subscriptions.js'
import type { NetworkConnection, NetworkEnd } from './network-connection.js'
import { identifiersOf, identifyOverlapping } from './overlapping-subscriptions.js'
import { Reconnection, type ReconnectionParts } from './reconnection.js'
import { forgetSession } from './session-policy.js'
import { wishWarnings } from './wish-warnings.js'

/** What a connection is made of; `openMqttConnection` puts it together. */
export interface ConnectionParts extends ReconnectionParts {
  readonly exchange: MessageExchange
  /** Checks that the broker delivers to groups, where the broker cannot say so itself. Rejects with a `TidingsError` if it does not. */
  readonly confirmGroups: (connection: MqttConnection, stop: AbortSignal) => Promise<void>
}

/** A connection to an MQTT broker over any number of network connections, one after the other. */
export class MqttConnection implements BrokerConnection {
  readonly closed: Promise<TidingsError | undefined>
  readonly #parts: ConnectionParts
  readonly #verdict = new EndVerdict()
  /** Aborted by `close` and by a final end: nothing connects again after that. */
  readonly #stop = new AbortController()
  readonly #reconnection: Reconnection
  readonly #subscriptions = new GrantedSubscriptions()
  #traits: MqttBrokerTraits
  #network: NetworkConnection | undefined
  #networkWaiters: (() => void)[] = []
  /** Why a network connection was lost last, unless we left. */
  #loss: string | undefined
  #failure: TidingsError | undefined
  #resolveClosed: (failure: TidingsError | undefined) => void = () => {}
  #closing: Promise<void> | undefined
  #hurry = new AbortController()

  constructor(parts: ConnectionParts, network: NetworkConnection) {
    this.#parts = parts
    this.#reconnection = new Reconnection(parts, this.#stop.signal)
    this.#traits = network.traits
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    this.#use(network)
    void this.#stayConnected(network)
  }

  get broker(): MqttBrokerTraits {
    return this.#traits
  }

  /** The pieces of large messages count, too: while they leave, the network is slow, and the broker has not stalled. */
  get settled(): number {
    const { settled, piecesTaken } = this.#parts.exchange
    return settled + piecesTaken
  }

  publish(batch: MessageBatch): Promise<PublishReport> {
    if (this.#parts.policy.mustKeepSessionFor(batch, this.#traits.mqtt.version)) {
      // For a broker that has forgotten the session, a QoS 2 message that is sent again after a cut is a second message.
      this.#parts.policy.keepSession()
      void this.#network?.disconnect(true)
      this.#parts.exchange.suspend()
    }
    return this.#parts.exchange.publish(batch)
  }

  async confirmRead(): Promise<Unread> {
    const network = this.#network
    const count = await this.#read()
    if (count === 0) return { count }
    if (!this.#parts.exchange.isConnected) await network?.ended
    return { count, ...(this.#loss !== undefined && { reason: this.#loss }) }
  }

  #read(): Promise<number> {
    return this.#parts.exchange.read(() => this.#network?.ping())
  }

  async subscribe(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]> {
    const patterns = subscriptions.map(({ pattern }) => pattern)
    const { exchange } = this.#parts
    const identified = identifyOverlapping(subscriptions)
    const identifiers = identifiersOf(identified)
    // Before there is a receiver: what a session has kept may wait already.
    exchange.identify(identifiers)
    exchange.addReceiver(receive, patterns)
    let isGranted = false
    try {
      await this.#checkWishes(subscriptions)
      const grants = await this.#subscriptions.ask(identified, () => this.#nextNetwork())
      if (grants.some(({ guarantee }) => guarantee === undefined)) exchange.forgetIdentifiers(identifiers)
      isGranted = grants.some(({ guarantee }) => guarantee !== undefined)
      return grants
    } finally {
      if (!isGranted) exchange.removeReceiver(receive)
    }
  }

  /** Warns of wishes that the broker meets only in part, and checks that it delivers to groups. */
  async #checkWishes(subscriptions: readonly Subscription[]): Promise<void> {
    for (const text of wishWarnings(subscriptions, this.#traits))
      this.#parts.onNotice({ kind: 'warning', text })
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
      const drained = exchange.drained().then(() => this.#read())
      const settled = drained.then(() => exchange.received())
      const deadline = AbortSignal.any([this.#stop.signal, this.#hurry.signal])
      await Promise.race([settled, pause(drain, deadline)])
    }
    await this.#end(undefined)
  }

  /** Ends for good, with a failure or without. Only the first call counts. */
  async #end(failure: TidingsError | undefined): Promise<void> {
    if (!this.#stop.signal.aborted) {
      this.#failure = failure
      this.#stop.abort()
      await this.#network?.disconnect(this.#parts.policy.outlivesConnection)
      this.#parts.exchange.abandon()
      this.#wakeWaiters()
      await forgetSession(this.#parts, this.#traits)
      this.#resolveClosed(failure)
    }
    await this.closed
  }

  async #stayConnected(first: NetworkConnection): Promise<void> {
    let network: NetworkConnection | undefined = first
    while (network !== undefined) {
      const end: NetworkEnd = await network.ended
      this.#network = undefined
      if (end.kind !== 'left') this.#loss = end.reason
      this.#parts.exchange.suspend()
      if (this.#stop.signal.aborted) return
      const failure = this.#verdict.judge(end, {
        url: this.#traits.url,
        clientId: this.#traits.clientId,
        isNamed: this.#parts.policy.hasNamedClient,
        isDurable: this.#parts.policy.outlivesConnection,
        version: this.#traits.mqtt.version,
        hasOtherBrokers: this.#parts.rotation.hasOthers,
        suspectsMessage: this.#parts.exchange.suspects
      })
      if (failure !== undefined) return this.#end(failure)
      network = await this.#reconnect(end)
    }
  }

  /** Connects again; undefined if the connection has ended meanwhile. */
  async #reconnect(end: NetworkEnd): Promise<NetworkConnection | undefined> {
    try {
      const network = await this.#reconnection.connect(end, this.#traits.url)
      return network === undefined ? undefined : this.#resume(network, end.kind === 'left')
    } catch (error) {
      if (!(error instanceof TidingsError)) throw error
      await this.#end(error)
      return undefined
    }
  }

  #resume(network: NetworkConnection, isOwnWish: boolean): NetworkConnection {
    const isRenewed = this.#subscriptions.mustRenew(network.traits.resumed)
    const isGap = this.#subscriptions.mayMiss(network.traits.resumed)
    if (!isOwnWish) this.#parts.onNotice(connectedAgain(network.traits.url, isGap))
    // Subscribes before anything is published again, so that our own messages come back to us.
    if (isRenewed) void this.#renew(network)
    this.#use(network)
    return network
  }

  #use(network: NetworkConnection): void {
    this.#traits = network.traits
    this.#network = network
    this.#parts.exchange.resume(limitsOf(network.traits))
    this.#wakeWaiters()
  }

  async #renew(network: NetworkConnection): Promise<void> {
    const failure = await this.#subscriptions.renew(network)
    if (failure !== undefined) await this.#end(failure)
  }

  #wakeWaiters(): void {
    const waiters = this.#networkWaiters
    this.#networkWaiters = []
    for (const wake of waiters) wake()
  }

  async #nextNetwork(): Promise<NetworkConnection> {
    while (this.#network === undefined && !this.#stop.signal.aborted) {
      await new Promise<void>((resolve) => this.#networkWaiters.push(resolve))
    }
    if (this.#network !== undefined && !this.#stop.signal.aborted) return this.#network
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

const limitsOf = ({ mqtt, resumed }: MqttBrokerTraits): ExchangeLimits => ({
  ...mqtt,
  sessionPresent: resumed
})
