import type { Grant, Receiver, Subscription } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import type { Message } from '../../core/message.js'
import type { WhyNot } from '../../core/why-not.js'
import { ReceiverRoutes } from '../exchange/receiver-routes.js'
import { AskingError } from './asking-channel.js'
import { bindQueue } from './bind-queue.js'
import type { ChannelError } from './channel.js'
import { amqpGrammar } from './channel-grammar.js'
import { EndedConsumer } from './ended-consumer.js'
import { findReadingEnd } from './find-reading-end.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import { Prefetch } from './prefetch.js'
import { QueueConsumer } from './queue-consumer.js'
import { messagesIn } from './queue-methods.js'
import { isSamePlace, placeOf, type QueuePlace } from './queue-place.js'
import type { QueueWish } from './queue-wish.js'
import { ReadingAnswer } from './reading-answer.js'
import { ReadingEnd } from './reading-end.js'
import { ReadingPause } from './reading-pause.js'
import { ReadingPlace } from './reading-place.js'
import type { ReadingWorld } from './reading-world.js'
import { StreamGaps } from './stream-gaps.js'
import { StreamHint } from './stream-hint.js'
import {
  isNoStream,
  isPassing,
  noSuchQueue,
  queueElsewhere,
  subscribeRefusal,
  subscriptionLost,
  whatIsRead
} from './subscribe-refusals.js'
import { QUEUE_BIND } from './wire/methods.js'

/** The reading of one queue, over any number of network connections. */
export class QueueReading {
  readonly wish: QueueWish
  readonly #world: ReadingWorld
  readonly #routes = new ReceiverRoutes(amqpGrammar)
  readonly #prefetch = new Prefetch()
  readonly #end = new ReadingEnd()
  readonly #answer: ReadingAnswer
  /** Where to go on in a stream. */
  readonly #place: ReadingPlace
  /** The patterns of further receivers. */
  #joined: string[] = []
  /** The broker has said no, or the queue is gone. */
  #isOver = false
  #network: AmqpNetworkConnection | undefined
  #consumer: QueueConsumer | undefined
  readonly #ended: EndedConsumer
  /** Where the queue was read last. */
  #readAt: QueuePlace | undefined
  /** Ends what goes on beside the present consumer. */
  #beside = new AbortController()
  readonly #pause: ReadingPause
  readonly #gaps: StreamGaps
  readonly #hint: StreamHint

  constructor(wish: QueueWish, receive: Receiver, world: ReadingWorld) {
    this.wish = wish
    this.#world = world
    this.#ended = new EndedConsumer(world.inbox)
    this.#pause = new ReadingPause(whatIsRead(wish), world.warn)
    this.#gaps = new StreamGaps(whatIsRead(wish), world.warn)
    this.#hint = new StreamHint(wish, whatIsRead(wish), world.warn)
    this.#place = new ReadingPlace(wish.subscriptions[0].from, wish.owner.kind === 'foreign')
    this.#answer = new ReadingAnswer(wish, this.#end.reached)
    this.#routes.add(receive, patternsOf(wish.subscriptions))
  }

  /** The broker's first answer, in the order of the subscriptions. */
  get granted(): Promise<readonly Grant[]> {
    return this.#answer.first
  }

  /** Whether the broker has said no, or the queue is gone. */
  get isOver(): boolean {
    return this.#isOver
  }

  get #isEndAsked(): boolean {
    return this.wish.subscriptions[0].untilEnd === true
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
    return subscriptions.map((subscription) => this.#answer.grantOf(subscription))
  }

  async #begin(network: AmqpNetworkConnection): Promise<void> {
    const { owner, queue } = this.wish
    try {
      const ready = owner.kind === 'passing' ? 0 : await messagesIn(network, queue)
      if (this.#network !== network || this.#isOver) return
      if (ready === undefined && (owner.kind === 'foreign' || this.#answer.isGranted)) {
        await this.#missing(placeOf(network))
        return
      }
      this.#ended.forget()
      const { decoder } = this.#world
      const [place, end] = [this.#place, this.#end]
      await findReadingEnd(network, this.wish, ready ?? 0, { decoder, place, end, hint: this.#hint })
      if (this.#network !== network) return
      this.#consume(network, ready === undefined)
    } catch (error) {
      if (error instanceof TidingsError) this.#refuse(refusalFrom(error), error)
      else if (!(error instanceof AskingError)) throw error
      else if (this.#network === network) this.#failed(error.error)
    }
  }

  /** There is no such queue at this broker. */
  async #missing(here: QueuePlace): Promise<void> {
    const there = this.#readAt
    const isDeleted = there === undefined || isSamePlace(there, here)
    this.#isOver = true
    if (isDeleted) await this.#ended.show(whatIsRead(this.wish), this.#world.warn)
    const failure = isDeleted
      ? subscriptionLost(this.wish, 'deleted')
      : queueElsewhere(this.wish, there.url, here.url)
    this.#refuse(noSuchQueue(this.wish.queue), failure)
  }

  /** Nothing is read any more: told with the grants, or as a failure where they were given. */
  #refuse(refusal: WhyNot, failure: TidingsError, isWrong = (_at: number) => true): void {
    this.#endConsumer()
    this.#ended.forget()
    this.#isOver = true
    if (this.#answer.isGranted) this.#world.onLost(failure)
    else this.#answer.refuse(refusal, isWrong)
  }

  #consume(network: AmqpNetworkConnection, isNew: boolean): void {
    const { inbox, decoder, now } = this.#world
    const consumer = new QueueConsumer(
      {
        network,
        wish: this.wish,
        patterns: [...patternsOf(this.wish.subscriptions), ...this.#joined],
        mayBeStream: this.#place.mayBeStream,
        routes: this.#routes,
        decoder,
        prefetch: this.#prefetch,
        now,
        events: {
          onStarted: () => this.#started(consumer, network),
          onDelivery: (message, tag) => {
            this.#place.came(message)
            inbox.add(message, tag, consumer)
          },
          // What an earlier consumer has brought comes again: it counts then.
          onTaken: (count, last) => this.#taken(consumer === this.#consumer ? count : 0, last),
          onGap: this.#gaps.note,
          onFailed: (error, bound) => this.#failed(error, bound),
          onCancelled: () => this.#cancelled(network)
        }
      },
      isNew,
      this.#place.from
    )
    this.#consumer = consumer
  }

  #started(consumer: QueueConsumer, network: AmqpNetworkConnection): void {
    this.#pause.end()
    this.#readAt = placeOf(network)
    this.#answer.grant()
    if (this.#isEndAsked) void this.#end.watch(consumer, this.#beside.signal)
    else void this.#hint.findOut(consumer, network, this.#world.decoder)
  }

  #taken(count: number, last: Message): void {
    this.#end.taken(count, this.#place.taken(last))
  }

  #failed(error: ChannelError, bound = 0): void {
    this.#endConsumer()
    this.#ended.forget()
    const network = this.#network
    if (this.#answer.isGranted && isPassing(error) && network !== undefined) {
      void this.#beginLater(network, subscribeRefusal(this.wish, error).reason)
      return
    }
    const isPositionAsked = this.wish.subscriptions[0].from !== undefined
    if (this.#place.mayBeStream && isNoStream(error) && !isPositionAsked && network !== undefined) {
      this.#place.noteNoStream()
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

  async #beginLater(network: AmqpNetworkConnection, reason: string): Promise<void> {
    await this.#pause.wait(reason, network)
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
    // What a queue of this connection has brought is handed out, whatever becomes of the queue.
    if (consumer === undefined || this.wish.owner.kind === 'passing') return
    this.#ended.hold(consumer)
  }
}

const refusalFrom = ({ message, suggestion }: TidingsError): WhyNot => ({
  reason: message,
  ...(suggestion !== undefined && { suggestion })
})

const patternsOf = (subscriptions: readonly Subscription[]): string[] =>
  subscriptions.map(({ pattern }) => pattern)
