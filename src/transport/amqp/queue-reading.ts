import type { Grant, Receiver, Subscription } from '../../core/connection.js'
import type { TidingsError } from '../../core/errors.js'
import type { Guarantee, Message } from '../../core/message.js'
import { pause } from '../connecting/back-off.js'
import { ReceiverRoutes } from '../exchange/receiver-routes.js'
import { AskingChannel, AskingError } from './asking-channel.js'
import { bindingOf } from './binding-key.js'
import type { ChannelError } from './channel.js'
import { amqpGrammar } from './channel-grammar.js'
import type { DeliveryDecoder } from './delivery-decoder.js'
import type { Inbox } from './inbox.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import { Prefetch } from './prefetch.js'
import { QueueConsumer } from './queue-consumer.js'
import { type ConsumeRequest, messagesIn, writeBind } from './queue-methods.js'
import type { QueueWish } from './queue-wish.js'
import {
  isPassing,
  noSuchQueue,
  subscribeRefusal,
  subscriptionLost,
  whatIsRead
} from './subscribe-refusals.js'
import { QUEUE_BIND } from './wire/methods.js'

/** What all readings of a connection share. */
export interface ReadingWorld {
  readonly inbox: Inbox
  readonly decoder: DeliveryDecoder
  /** In microseconds. */
  readonly now: () => number
  readonly warn: (text: string) => void
  /** The queue cannot be read any more, for good. */
  readonly onLost: (failure: TidingsError) => void
}

/** How long to wait until a queue that cannot be read for a while is tried again, in milliseconds. */
const RETRY = 1000

/** The reading of one queue, over any number of network connections. */
export class QueueReading {
  readonly wish: QueueWish
  /** The broker's first answer, in the order of the subscriptions. */
  readonly granted: Promise<readonly Grant[]>
  readonly #world: ReadingWorld
  readonly #routes = new ReceiverRoutes(amqpGrammar)
  readonly #prefetch = new Prefetch()
  #grant: (grants: readonly Grant[]) => void = () => {}
  #isGranted = false
  /** The broker has said no, or the queue is gone. */
  #isOver = false
  #network: AmqpNetworkConnection | undefined
  #consumer: QueueConsumer | undefined
  /** Where to go on in a stream. */
  #from: ConsumeRequest['from']
  /** How many messages of those that were there at the start are not taken; `undefined` before the start. */
  #left: number | undefined
  #end: () => void = () => {}
  readonly #ended: Promise<void>
  /** The user has been told that the queue cannot be read for a while. */
  #isTold = false

  constructor(wish: QueueWish, receive: Receiver, world: ReadingWorld) {
    this.wish = wish
    this.#world = world
    const { from } = wish.subscriptions[0]
    this.#from = typeof from === 'object' && 'last' in from ? undefined : from
    this.#routes.add(receive, patternsOf(wish.subscriptions))
    this.granted = new Promise((resolve) => {
      this.#grant = resolve
    })
    this.#ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  /** Whether the broker has said no, or the queue is gone. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** There is a network connection. */
  start(network: AmqpNetworkConnection): void {
    this.#network = network
    void this.#begin(network)
  }

  /** The network connection is gone. */
  stop(): void {
    this.#network = undefined
    this.#endConsumer()
  }

  /** Adds a receiver of other patterns. */
  async join(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]> {
    await this.granted
    const network = this.#network
    const { owner, queue } = this.wish
    if (network !== undefined && owner.kind !== 'foreign') {
      const channel = new AskingChannel(network)
      try {
        for (const { pattern } of subscriptions) {
          const { exchange, key } = bindingOf(pattern, network.url.exchange)
          await channel.ask(QUEUE_BIND, writeBind(queue, exchange, key))
        }
      } catch (error) {
        if (!(error instanceof AskingError)) throw error
        const refusal = subscribeRefusal(this.wish, error.error)
        return subscriptions.map(({ pattern }) => ({ pattern, guarantee: undefined, ...refusal }))
      } finally {
        channel.close()
      }
    }
    this.#routes.add(receive, patternsOf(subscriptions))
    return subscriptions.map((subscription) => this.#grantOf(subscription))
  }

  async #begin(network: AmqpNetworkConnection): Promise<void> {
    const { owner, queue } = this.wish
    try {
      const ready = owner.kind === 'passing' ? 0 : await messagesIn(network, queue)
      if (this.#network !== network || this.#isOver) return
      if (ready === undefined && (owner.kind === 'foreign' || this.#isGranted)) {
        this.#missing()
        return
      }
      this.#left ??= ready ?? 0
      this.#consume(network, ready === undefined)
    } catch (error) {
      if (!(error instanceof AskingError)) throw error
      if (this.#network === network) this.#failed(error.error, 0)
    }
  }

  #missing(): void {
    this.#isOver = true
    const { queue, subscriptions } = this.wish
    if (this.#isGranted) this.#world.onLost(subscriptionLost(this.wish, 'deleted'))
    else
      this.#grant(
        subscriptions.map(({ pattern }) => ({ pattern, guarantee: undefined, ...noSuchQueue(queue) }))
      )
  }

  #consume(network: AmqpNetworkConnection, isNew: boolean): void {
    const { inbox, decoder, now } = this.#world
    const consumer = new QueueConsumer(
      {
        network,
        wish: this.wish,
        routes: this.#routes,
        decoder,
        prefetch: this.#prefetch,
        now,
        events: {
          onStarted: () => this.#started(),
          onDelivery: (message, tag) => inbox.add(message, tag, consumer),
          onTaken: (count, last) => this.#taken(count, last),
          onFailed: (error, bound) => this.#failed(error, bound),
          onCancelled: () => this.#cancelled(network)
        }
      },
      isNew,
      this.#from
    )
    this.#consumer = consumer
  }

  #started(): void {
    if (this.#isTold) this.#world.warn(`${whatIsRead(this.wish)} is read again`)
    this.#isTold = false
    if (this.#isGranted) return
    this.#isGranted = true
    this.#grant(this.wish.subscriptions.map((subscription) => this.#grantOf(subscription)))
    if (this.#left === 0) this.#end()
  }

  #grantOf({ pattern, guarantee, untilEnd }: Subscription): Grant {
    const granted: Guarantee = guarantee === 0 ? 0 : 1
    return {
      pattern,
      guarantee: granted,
      ...(this.wish.owner.kind === 'foreign' && { isQueue: true }),
      ...(untilEnd === true && { end: this.#ended })
    }
  }

  #taken(count: number, { amqp }: Message): void {
    if (amqp?.offset !== undefined) this.#from = { offset: amqp.offset + 1 }
    if (this.#left === undefined || this.#left <= 0) return
    this.#left -= count
    if (this.#left <= 0) this.#end()
  }

  #failed(error: ChannelError, bound: number): void {
    this.#endConsumer()
    const network = this.#network
    if (this.#isGranted && isPassing(error) && network !== undefined) {
      const { reason } = subscribeRefusal(this.wish, error)
      if (!this.#isTold)
        this.#world.warn(`cannot read ${whatIsRead(this.wish)} at present: ${reason}; waiting`)
      this.#isTold = true
      void this.#beginLater(network)
      return
    }
    this.#isOver = true
    if (this.#isGranted) {
      this.#world.onLost(subscriptionLost(this.wish, error))
      return
    }
    const refusal = subscribeRefusal(this.wish, error)
    const { subscriptions } = this.wish
    // The broker closes the channel over the first binding that it refuses.
    const wrong = bound < subscriptions.length ? bound : undefined
    this.#grant(
      subscriptions.map((subscription, at) =>
        wrong === undefined || wrong === at
          ? { pattern: subscription.pattern, guarantee: undefined, ...refusal }
          : this.#grantOf(subscription)
      )
    )
  }

  async #beginLater(network: AmqpNetworkConnection): Promise<void> {
    const over = new AbortController()
    void network.ended.then(() => over.abort())
    await pause(RETRY, over.signal)
    if (this.#network === network) await this.#begin(network)
  }

  #cancelled(network: AmqpNetworkConnection): void {
    this.#endConsumer()
    if (this.wish.owner.kind === 'passing') {
      this.#world.warn(
        `the queue for ${whatIsRead(this.wish)} was deleted at the broker; tidings makes another`
      )
    }
    void this.#begin(network)
  }

  #endConsumer(): void {
    const consumer = this.#consumer
    this.#consumer = undefined
    consumer?.lose()
    if (consumer?.isGone) this.#world.inbox.forget(consumer)
  }
}

const patternsOf = (subscriptions: readonly Subscription[]): string[] =>
  subscriptions.map(({ pattern }) => pattern)
