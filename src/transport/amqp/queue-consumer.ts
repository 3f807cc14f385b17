import type { Message } from '../../core/message.js'
import type { ReceiverRoutes } from '../exchange/receiver-routes.js'
import type { Channel, ChannelError, ChannelTaker } from './channel.js'
import type { ConsumerParts } from './consumer-parts.js'
import { declareQueue } from './declare-queue.js'
import type { DeliverySource } from './inbox.js'
import {
  type ConsumeRequest,
  type QueueState,
  readQueueState,
  writeConsume,
  writePassiveDeclare,
  writeQos
} from './queue-methods.js'
import { StreamPosition } from './stream-position.js'
import { ArgumentReader } from './wire/argument-reader.js'
import type { ContentAssembler } from './wire/content-assembler.js'
import {
  BASIC_ACK,
  BASIC_CANCEL,
  BASIC_CANCEL_OK,
  BASIC_CONSUME,
  BASIC_CONSUME_OK,
  BASIC_DELIVER,
  BASIC_QOS,
  BASIC_QOS_OK,
  BASIC_REJECT,
  QUEUE_BIND_OK,
  QUEUE_DECLARE,
  QUEUE_DECLARE_OK
} from './wire/methods.js'
import { ProtocolError } from './wire/protocol-error.js'

/** What a look at the queue of a consumer has shown. */
export interface QueueLook extends QueueState {
  /** All that had come was settled, and nothing came until the broker answered. */
  readonly isIdle: boolean
}

/** How the tags of consumers begin; a number follows. */
const TAG = 'tidings-'

/** Reads one queue over one network connection, on a channel of its own. */
export class QueueConsumer implements ChannelTaker, DeliverySource {
  readonly routes: ReceiverRoutes
  readonly #parts: ConsumerParts
  readonly #channel: Channel
  readonly #isBrowsing: boolean
  #isLive = true
  #isStarted = false
  readonly #position: StreamPosition
  #looks: ((state: QueueState) => void)[] = []
  #bound = 0
  #tags = 0
  /** The broker has confirmed the present consumer. */
  #isConfirmed = false
  /** Another consumer shall take the place of the present one, once that is confirmed. */
  #isAnewDue = false
  /** How many deliveries are not settled. */
  #held = 0
  /** How many messages have come. */
  #deliveries = 0
  /** How many messages of the present consumer were looked at and not acknowledged. */
  #seen = 0

  /**
   * @param isNew the queue of a session or a group is to be made
   * @param from where to begin in a stream
   */
  constructor(parts: ConsumerParts, isNew: boolean, from: ConsumeRequest['from']) {
    this.#parts = parts
    this.routes = parts.routes
    const { network, wish, mayBeStream } = parts
    const { owner, subscriptions } = wish
    this.#isBrowsing = owner.kind === 'foreign' && subscriptions[0].browse === true
    this.#position = new StreamPosition(from, mayBeStream, parts.events.onGap)
    this.#channel = network.openChannel(this)
    declareQueue(this.#channel, parts, isNew)
    this.#consume()
    network.out.flush()
  }

  get hasDelivered(): boolean {
    return this.#deliveries > 0
  }

  /** Whether all that has come is settled. */
  get isAtRest(): boolean {
    return this.#held === 0
  }

  /** How many messages have come that are not settled. */
  get held(): number {
    return this.#held
  }

  /** Whether the queue is only looked at, and its messages are not acknowledged. */
  get isBrowsing(): boolean {
    return this.#isBrowsing
  }

  /** Asks for the present state of the queue. Never settles if the channel ends before the answer. */
  look(): Promise<QueueLook> {
    const { wish, network } = this.#parts
    const wasAtRest = this.isAtRest
    const before = this.#deliveries
    this.#channel.send(QUEUE_DECLARE, writePassiveDeclare(wish.queue))
    network.out.flush()
    return new Promise((resolve) =>
      this.#looks.push((state) =>
        resolve({ ...state, isIdle: wasAtRest && this.#deliveries === before && this.isAtRest })
      )
    )
  }

  /** Reads no more; the broker gives what is not settled to others. */
  close(): void {
    if (!this.#isLive) return
    this.#isLive = false
    void this.#channel.close()
    this.#parts.network.out.flush()
  }

  #consume(): void {
    const { wish, prefetch } = this.#parts
    this.#seen = 0
    this.#isConfirmed = false
    this.#isAnewDue = false
    this.#channel.send(BASIC_QOS, writeQos(prefetch.count))
    const isExclusive = wish.owner.kind === 'session'
    this.#tags++
    const tag = this.#tag
    const from = this.#position.startOf(this.#tags)
    this.#channel.send(BASIC_CONSUME, writeConsume({ queue: wish.queue, tag, isExclusive, from }))
  }

  /** The tag of the present consumer. */
  get #tag(): string {
    return `${TAG}${this.#tags}`
  }

  /** Lets another consumer take the place of the present one: RabbitMQ fixes the prefetch of a consumer when it begins. */
  #consumeAnew(): void {
    // RabbitMQ (3.10 to 4) ends the connection over a consumer that is cancelled before it is confirmed.
    if (!this.#isConfirmed) {
      this.#isAnewDue = true
      return
    }
    const old = this.#tag
    // A queue of this connection ends with its last consumer; in any other, the old one has to make room.
    const isPassing = this.#parts.wish.owner.kind === 'passing'
    if (isPassing) this.#consume()
    this.#channel.send(BASIC_CANCEL, (to) => {
      to.shortText(old)
      to.byte(0)
    })
    if (!isPassing) this.#consume()
  }

  method(method: number, bytes: Buffer, start: number, end: number): void {
    if (method === BASIC_CONSUME_OK) this.#confirmed(new ArgumentReader(bytes, start, end).shortText())
    else if (method === QUEUE_BIND_OK) this.#bound++
    else if (method === QUEUE_DECLARE_OK)
      this.#looks.shift()?.(readQueueState(new ArgumentReader(bytes, start, end)))
    else if (method === BASIC_CANCEL) {
      this.#isLive = false
      void this.#channel.close()
      this.#parts.events.onCancelled()
    } else if (method !== BASIC_QOS_OK && method !== BASIC_CANCEL_OK)
      throw new ProtocolError(`method ${method >>> 16}.${method & 0xffff} on a channel that reads`)
  }

  #confirmed(tag: string): void {
    this.#isConfirmed = tag === this.#tag
    if (this.#isConfirmed && this.#isAnewDue) this.#consumeAnew()
    if (this.#isStarted) return
    this.#isStarted = true
    this.#parts.events.onStarted()
  }

  content(content: ContentAssembler): void {
    if (content.method !== BASIC_DELIVER) throw new ProtocolError('a content that is no delivery')
    if (!this.#isLive) return
    const { decoder, events, now, prefetch } = this.#parts
    const message = decoder.decode(content, now())
    const { tag } = decoder
    if (!this.#position.pass(message.amqp?.offset, () => consumerOf(content))) {
      this.#takeTwice(tag)
      return
    }
    this.#held++
    this.#deliveries++
    prefetch.note(content.body.length)
    if (prefetch.isTooMuch(this.#held)) this.#adapt()
    events.onDelivery(message, tag)
  }

  /** The consumer before this one has sent that message of a stream, too. */
  #takeTwice(tag: number): void {
    this.#channel.send(BASIC_ACK, (to) => {
      to.eightBytes(tag)
      to.byte(0)
    })
  }

  failed(error: ChannelError): void {
    if (!this.#isLive) return
    this.#isLive = false
    this.#parts.events.onFailed(error, this.#bound)
  }

  /** The network connection is gone. */
  lose(): void {
    this.#isLive = false
  }

  taken(count: number, tag: number, last: Message): void {
    this.#settle(count, tag, BASIC_ACK, 1)
    this.#parts.events.onTaken(count, last)
  }

  letGo(tag: number, message: Message): void {
    this.#settle(1, tag, BASIC_REJECT, 0)
    this.#parts.events.onTaken(1, message)
  }

  #settle(count: number, tag: number, method: number, bits: number): void {
    if (!this.#isLive) return
    if (this.#isBrowsing && !this.#position.isStream) {
      this.#browsed(count)
      return
    }
    this.#channel.send(method, (to) => {
      to.eightBytes(tag)
      to.byte(bits)
    })
    this.#held -= count
    this.#adapt()
  }

  /** Nothing is acknowledged, so a consumer that has sent all that it may gives place to the next one. */
  #browsed(count: number): void {
    this.#held -= count
    this.#seen += count
    if (this.#seen < this.#parts.prefetch.count) return
    this.#parts.prefetch.adapt()
    this.#consumeAnew()
  }

  #adapt(): void {
    if ((this.#position.isStream || !this.#isBrowsing) && this.#parts.prefetch.adapt()) this.#consumeAnew()
  }
}

/** The number of the consumer that gets a delivery. */
function consumerOf({ argumentBytes, argumentStart, argumentEnd }: ContentAssembler): number {
  const tag = new ArgumentReader(argumentBytes, argumentStart, argumentEnd).shortText()
  return Number(tag.slice(TAG.length))
}
