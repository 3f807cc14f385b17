import type {
  BrokerConnection,
  BrokerTraits,
  ConnectionNotice,
  Grant,
  PublishReport,
  Receiver,
  Subscription,
  Unread
} from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import type { MessageBatch } from '../../core/message-batch.js'
import { BackOff, pause } from '../connecting/back-off.js'
import { connectAgain } from '../connecting/connect-again.js'
import { connectedAgain } from '../connecting/connected-again.js'
import { EndVerdict, hasWorked } from './end-verdict.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import type { NetworkOpener } from './network-opener.js'
import type { NetworkEnd, NetworkEvents } from './network-target.js'
import type { Publisher } from './publisher.js'
import type { Subscriber } from './subscriber.js'

/** What a connection is made of. */
export interface ConnectionParts {
  readonly opener: NetworkOpener
  readonly publisher: Publisher
  readonly subscriber: Subscriber
  readonly events: NetworkEvents
  readonly onNotice: (notice: ConnectionNotice) => void
  readonly onRetry: (() => void) | undefined
  /** The broker had kept the session. */
  readonly resumed: boolean
}

/** A connection to a RabbitMQ over any number of network connections, one after the other. */
export class AmqpConnection implements BrokerConnection {
  readonly closed: Promise<TidingsError | undefined>
  readonly #parts: ConnectionParts
  readonly #verdict = new EndVerdict()
  readonly #backOff = new BackOff()
  /** Aborted by `close` and by a final end: nothing connects again after that. */
  readonly #stop = new AbortController()
  #traits: BrokerTraits
  #network: AmqpNetworkConnection | undefined
  /** Why a network connection was lost last, unless we left. */
  #loss: string | undefined
  #resolveClosed: (failure: TidingsError | undefined) => void = () => {}
  #closing: Promise<void> | undefined
  readonly #hurry = new AbortController()

  constructor(parts: ConnectionParts, network: AmqpNetworkConnection) {
    this.#parts = parts
    this.#traits = network.traits
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    this.#use(network)
    void this.#stayConnected(network)
  }

  get broker(): BrokerTraits {
    return this.#traits
  }

  get settled(): number {
    return this.#parts.publisher.settled
  }

  /** Why the broker takes no messages at present, in its words; undefined if it takes them. */
  get blockedBy(): string | undefined {
    return this.#parts.publisher.blockedBy
  }

  publish(batch: MessageBatch): Promise<PublishReport> {
    return this.#parts.publisher.publish(batch)
  }

  async subscribe(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]> {
    const granted = this.#parts.subscriber.subscribe(subscriptions, receive)
    return Promise.race([granted, this.closed.then(cannotSubscribe)])
  }

  async confirmRead(): Promise<Unread> {
    const network = this.#network
    const unread = await this.#parts.publisher.read()
    if (unread.count === 0 || unread.reason !== undefined) return unread
    if (this.#network === undefined) await network?.ended
    return { count: unread.count, ...(this.#loss !== undefined && { reason: this.#loss }) }
  }

  close(drain = 0): Promise<void> {
    if (this.#closing === undefined) this.#closing = this.#close(drain)
    else void pause(drain, this.#stop.signal).then(() => this.#hurry.abort())
    return this.#closing
  }

  async #close(drain: number): Promise<void> {
    if (drain > 0 && !this.#stop.signal.aborted) {
      const { publisher } = this.#parts
      const drained = Promise.all([
        publisher.drained().then(() => publisher.read()),
        this.#parts.subscriber.settled()
      ])
      const deadline = AbortSignal.any([this.#stop.signal, this.#hurry.signal])
      await Promise.race([drained, pause(drain, deadline)])
    }
    await this.#end(undefined)
  }

  /** Ends for good, with a failure or without. Only the first call counts. */
  async #end(failure: TidingsError | undefined): Promise<void> {
    if (!this.#stop.signal.aborted) {
      this.#stop.abort()
      this.#parts.subscriber.stop()
      await this.#network?.disconnect()
      this.#parts.publisher.abandon()
      this.#resolveClosed(failure)
    }
    await this.closed
  }

  async #stayConnected(first: AmqpNetworkConnection): Promise<void> {
    let network: AmqpNetworkConnection | undefined = first
    while (network !== undefined) {
      const end: NetworkEnd = await network.ended
      this.#network = undefined
      if (end.kind !== 'left') this.#loss = end.reason
      this.#parts.publisher.suspend()
      this.#parts.subscriber.suspend()
      if (this.#stop.signal.aborted) return
      const failure = this.#verdict.judge(end, this.#traits.url)
      if (failure !== undefined) return this.#end(failure)
      network = await this.#reconnect(end)
    }
  }

  /** Connects again; undefined if the connection has ended meanwhile. */
  async #reconnect(end: NetworkEnd): Promise<AmqpNetworkConnection | undefined> {
    const { opener, events, onNotice, onRetry } = this.#parts
    const told = `lost the connection to "${this.#traits.url}": ${end.reason}; reconnecting`
    onNotice({ kind: 'reconnecting', text: told, reason: end.reason })
    if (hasWorked(end)) this.#backOff.reset()
    const connect = (signal: AbortSignal) => opener.open(events, signal)
    try {
      const network = await connectAgain(
        { connect, backOff: this.#backOff, onNotice, onRetry, told },
        this.#stop.signal
      )
      if (network === undefined) return undefined
      if (this.#stop.signal.aborted) {
        await network.disconnect()
        return undefined
      }
      onNotice(connectedAgain(network.traits.url, this.#parts.subscriber.hasPassingQueue))
      this.#use(network)
      return network
    } catch (error) {
      if (!(error instanceof TidingsError)) throw error
      await this.#end(error)
      return undefined
    }
  }

  #use(network: AmqpNetworkConnection): void {
    this.#traits = { ...network.traits, resumed: this.#parts.resumed }
    this.#network = network
    this.#parts.publisher.resume(network)
    this.#parts.subscriber.resume(network)
  }

  /** Nothing more can be received. */
  fail(error: unknown): void {
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

function cannotSubscribe(failure: TidingsError | undefined): never {
  throw (
    failure ??
    new TidingsError('unfinished', 'cannot subscribe: the connection is closed', {
      code: 'connection-closed'
    })
  )
}
