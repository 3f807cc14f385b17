import type { Grant, Receiver, Subscription } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import type { Guarantee, Message } from '../../core/message.js'
import { pause } from '../connecting/back-off.js'
import { ReceiverRoutes } from '../exchange/receiver-routes.js'
import { AskingError } from './asking-channel.js'
import { bindQueue } from './bind-queue.js'
import type { ChannelError } from './channel.js'
import { amqpGrammar } from './channel-grammar.js'
import type { DeliveryDecoder } from './delivery-decoder.js'
import type { Inbox } from './inbox.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import { Prefetch } from './prefetch.js'
import { QueueConsumer } from './queue-consumer.js'
import { type ConsumeRequest, messagesIn } from './queue-methods.js'
import type { QueueWish } from './queue-wish.js'
import { ReadingEnd } from './reading-end.js'
import { findStreamEdge } from './stream-edge.js'
import {
  isNoStream,
  isPassing,
  noSuchQueue,
  type SubscribeRefusal,
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
  /** The patterns of further receivers. */
  #joined: string[] = []
  /** The broker has said no, or the queue is gone. */
  #isOver = false
  #network: AmqpNetworkConnection | undefined
  #consumer: QueueConsumer | undefined
  /** Where to go on in a stream. */
  #from: ConsumeRequest['from']
  /** False once it is known that the queue is none. */
  #mayBeStream: boolean
  readonly #isEndAsked: boolean
  readonly #end = new ReadingEnd()
  /** Ends what goes on beside the present consumer. */
  #beside = new AbortController()
  /** The user has been told that the queue cannot be read for a while. */
  #isTold = false

  constructor(wish: QueueWish, receive: Receiver, world: ReadingWorld) {
    this.wish = wish
    this.#world = world
    const { from, untilEnd } = wish.subscriptions[0]
    this.#from = typeof from === 'object' && 'last' in from ? undefined : from
    this.#mayBeStream = wish.owner.kind === 'foreign'
    this.#isEndAsked = untilEnd === true
    this.#routes.add(receive, patternsOf(wish.subscriptions))
    this.granted = new Promise((resolve) => {
      this.#grant = resolve
    })
  }

  /** Whether the broker has said no, or the queue is gone. */
  get isOver(): boolean {
    return this.#isOver
  }

  get #isPositionAsked(): boolean {
    return this.wish.subscriptions[0].from !== undefined
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

  /** Adds a receiver of other patterns. Where the network connection is gone, the next one binds them. */
  async join(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]> {
    await this.granted
    const network = this.#network
    const patterns = patternsOf(subscriptions)
    this.#joined.push(...patterns)
    try {
      if (network !== undefined && this.wish.owner.kind !== 'foreign')
        await Promise.race([bindQueue(network, this.wish.queue, patterns), network.ended])
    } catch (error) {
      if (!(error instanceof AskingError)) throw error
      this.#joined = this.#joined.filter((pattern) => !patterns.includes(pattern))
      const refusal = subscribeRefusal(this.wish, error.error)
      return subscriptions.map(({ pattern }) => ({ pattern, guarantee: undefined, ...refusal }))
    }
    this.#routes.add(receive, patterns)
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
      if (owner.kind === 'foreign' && this.#isEndAsked) await this.#findEdge(network, ready ?? 0)
      else this.#end.begin(ready ?? 0, false)
      if (this.#network !== network) return
      this.#consume(network, ready === undefined)
    } catch (error) {
      if (error instanceof TidingsError) this.#refuse(refusalFrom(error), error)
      else if (!(error instanceof AskingError)) throw error
      else if (this.#network === network) this.#failed(error.error)
    }
  }

  async #findEdge(network: AmqpNetworkConnection, ready: number): Promise<void> {
    const setEdge = (offset: number) => this.#end.setEdge(offset)
    const isStream = await findStreamEdge(network, this.wish.queue, this.#world.decoder, setEdge)
    this.#end.begin(ready, isStream)
    this.#mayBeStream = isStream
    if (!isStream) return
    // Who looks at a stream sees all of it.
    if (this.wish.subscriptions[0].browse) this.#from ??= 'beginning'
    // What comes from now on was not there.
    if (this.#from === undefined || this.#from === 'latest') this.#end.reach()
  }

  #missing(): void {
    this.#refuse(noSuchQueue(this.wish.queue), subscriptionLost(this.wish, 'deleted'))
  }

  /** Nothing is read any more: told with the grants, or as a failure where they were given. */
  #refuse(refusal: SubscribeRefusal, failure: TidingsError, isWrong = (_at: number) => true): void {
    this.#endConsumer()
    this.#isOver = true
    if (this.#isGranted) {
      this.#world.onLost(failure)
      return
    }
    this.#grant(
      this.wish.subscriptions.map((subscription, at) =>
        isWrong(at)
          ? { pattern: subscription.pattern, guarantee: undefined, ...refusal }
          : this.#grantOf(subscription)
      )
    )
  }

  #consume(network: AmqpNetworkConnection, isNew: boolean): void {
    const { inbox, decoder, now } = this.#world
    const consumer = new QueueConsumer(
      {
        network,
        wish: this.wish,
        patterns: [...patternsOf(this.wish.subscriptions), ...this.#joined],
        mayBeStream: this.#mayBeStream,
        routes: this.#routes,
        decoder,
        prefetch: this.#prefetch,
        now,
        events: {
          onStarted: () => this.#started(consumer),
          onDelivery: (message, tag) => {
            this.#came(message)
            inbox.add(message, tag, consumer)
          },
          // What an earlier consumer has brought comes again: it counts then.
          onTaken: (count, last) => this.#taken(consumer === this.#consumer ? count : 0, last),
          onFailed: (error, bound) => this.#failed(error, bound),
          onCancelled: () => this.#cancelled(network)
        }
      },
      isNew,
      this.#from
    )
    this.#consumer = consumer
  }

  #started(consumer: QueueConsumer): void {
    if (this.#isTold) this.#world.warn(`${whatIsRead(this.wish)} is read again`)
    this.#isTold = false
    if (!this.#isGranted) {
      this.#isGranted = true
      this.#grant(this.wish.subscriptions.map((subscription) => this.#grantOf(subscription)))
    }
    if (this.#isEndAsked) void this.#end.watch(consumer, this.#beside.signal)
  }

  #grantOf({ pattern, guarantee, untilEnd }: Subscription): Grant {
    const granted: Guarantee = guarantee === 0 ? 0 : 1
    return {
      pattern,
      guarantee: granted,
      ...(this.wish.owner.kind === 'foreign' && { isQueue: true }),
      ...(untilEnd === true && { end: this.#end.reached })
    }
  }

  /** Whoever reads a stream from now on has begun with its first message, and goes on from there after a loss. */
  #came({ amqp }: Message): void {
    if (!this.#mayBeStream || amqp?.offset === undefined) return
    if (this.#from === undefined || this.#from === 'latest') this.#from = { offset: amqp.offset }
  }

  #taken(count: number, { amqp }: Message): void {
    const offset = this.#mayBeStream ? amqp?.offset : undefined
    if (offset !== undefined) this.#from = { offset: offset + 1 }
    this.#end.taken(count, offset)
  }

  #failed(error: ChannelError, bound = 0): void {
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
    // The messages of another queue have claimed to be of a stream.
    if (this.#mayBeStream && isNoStream(error) && !this.#isPositionAsked && network !== undefined) {
      this.#mayBeStream = false
      this.#from = undefined
      void this.#begin(network)
      return
    }
    // The broker closes the channel over the first binding that it refuses.
    const wrong = error.method === QUEUE_BIND ? bound : undefined
    this.#refuse(
      subscribeRefusal(this.wish, error),
      subscriptionLost(this.wish, error),
      (at) => wrong === undefined || wrong === at
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
    this.#beside.abort()
    this.#beside = new AbortController()
    const consumer = this.#consumer
    this.#consumer = undefined
    consumer?.lose()
    if (consumer?.isGone) this.#world.inbox.forget(consumer)
  }
}

const refusalFrom = ({ message, suggestion }: TidingsError): SubscribeRefusal => ({
  reason: message,
  ...(suggestion !== undefined && { suggestion })
})

const patternsOf = (subscriptions: readonly Subscription[]): string[] =>
  subscriptions.map(({ pattern }) => pattern)
