import { type Content, content } from './amqp-content.js'
import { Declarations } from './amqp-declarations.js'
import { type Field, fieldOf, type Table } from './amqp-fields.js'
import type { Arguments, Method } from './amqp-methods.js'
import type { AmqpPeer } from './amqp-peer.js'
import type { FakeQueue, QueueReader, StoredMessage } from './amqp-queue.js'
import { AmqpRefusal, type FakeVirtualHost } from './amqp-virtual-host.js'

/** A message that a client has published. */
export interface PublishedMessage {
  readonly exchange: string
  readonly routingKey: string
  readonly mandatory: boolean
  readonly content: Content
  /** The number of the message on its channel, from 1; 0 on a channel without confirms. */
  readonly sequence: number
  readonly peer: AmqpPeer
}

interface Delivered {
  readonly queue: FakeQueue
  readonly message: StoredMessage
  readonly consumer: FakeConsumer | undefined
}

interface FakeConsumer extends QueueReader {
  readonly tag: string
  readonly queue: FakeQueue
  readonly isExclusive: boolean
  unacknowledged: number
}

/** One channel of a connection: what it consumes, what it has not acknowledged, and what it confirms. */
export class FakeChannel {
  readonly consumers = new Map<string, FakeConsumer>()
  readonly unacknowledged = new Map<bigint, Delivered>()
  /** After an error, all but the answer to Close is ignored. */
  isClosing = false
  readonly #peer: AmqpPeer
  readonly #number: number
  readonly #host: FakeVirtualHost
  readonly #declarations: Declarations
  #deliveries = 0n
  #published = 0
  #confirms = false
  #prefetch = 0
  #sharedPrefetch = 0
  #tags = 0

  constructor(peer: AmqpPeer, number: number, host: FakeVirtualHost) {
    this.#peer = peer
    this.#number = number
    this.#host = host
    this.#declarations = new Declarations(peer, number, host)
  }

  /** Throws `AmqpRefusal` where a broker closes the channel or the connection. */
  take(method: Method, carried: Content | undefined): void {
    switch (method.name) {
      case 'channel.flow':
        this.#send('channel.flow-ok', { active: method.args.active })
        break
      case 'basic.qos':
        this.#limit(method.args)
        break
      case 'basic.consume':
        this.#consume(method.args)
        break
      case 'basic.cancel':
        this.#cancel(method.args)
        break
      case 'basic.get':
        this.#get(method.args)
        break
      case 'basic.publish':
        if (carried !== undefined) this.#publish(method.args, carried)
        break
      case 'basic.ack':
        this.#settle(method.args.deliveryTag, method.args.multiple, false)
        break
      case 'basic.nack':
        this.#settle(method.args.deliveryTag, method.args.multiple, method.args.requeue)
        break
      case 'basic.reject':
        this.#settle(method.args.deliveryTag, false, method.args.requeue)
        break
      case 'basic.recover':
        this.#giveAllBack()
        this.#send('basic.recover-ok', {})
        break
      case 'confirm.select':
        this.#confirms = true
        if (!method.args.noWait) this.#send('confirm.select-ok', {})
        break
      default:
        if (this.#declarations.take(method)) break
        throw new AmqpRefusal(540, `NOT_IMPLEMENTED - ${method.name}`, true)
    }
  }

  /** Gives everything back that was not acknowledged, and ends the consumers. */
  end(): void {
    for (const consumer of [...this.consumers.values()]) this.#removeConsumer(consumer)
    this.#giveAllBack()
  }

  get #send(): <N extends Method['name']>(name: N, args: Partial<Arguments<N>>, carried?: Content) => void {
    return (name, args, carried) => this.#peer.send(this.#number, name, args, carried)
  }

  /** The server has deleted the queue of these consumers: it tells those who can hear it. */
  queueDeleted(queue: FakeQueue): void {
    for (const consumer of [...this.consumers.values()])
      if (consumer.queue === queue) {
        this.consumers.delete(consumer.tag)
        if (this.#peer.knows('consumer_cancel_notify'))
          this.#send('basic.cancel', { consumerTag: consumer.tag, noWait: true })
      }
  }

  #limit({ prefetchSize, prefetchCount, global }: Arguments<'basic.qos'>): void {
    if (prefetchSize > 0)
      throw new AmqpRefusal(540, `NOT_IMPLEMENTED - prefetch_size!=0 (${prefetchSize})`, true)
    if (global) this.#sharedPrefetch = prefetchCount
    else this.#prefetch = prefetchCount
    this.#send('basic.qos-ok', {})
    if (global) for (const { queue } of this.consumers.values()) queue.deliver()
  }

  #consume(args: Arguments<'basic.consume'>): void {
    const queue = this.#declarations.queue(args.queue)
    const tag = args.consumerTag === '' ? `amq.ctag-fake-${++this.#tags}` : args.consumerTag
    if (this.consumers.has(tag))
      throw new AmqpRefusal(530, `NOT_ALLOWED - attempt to reuse consumer tag '${tag}'`, true)
    const others = queue.readers.length > 0
    if ((args.exclusive && others) || this.#peer.isReadExclusively(queue))
      throw new AmqpRefusal(
        403,
        `ACCESS_REFUSED - queue '${queue.name}' in vhost '${this.#host.name}' in exclusive use`
      )
    if (!queue.isStream && fieldOf(args.arguments, 'x-stream-offset') !== undefined)
      throw new AmqpRefusal(
        406,
        `PRECONDITION_FAILED - invalid arg 'x-stream-offset' for queue '${queue.name}' in vhost '${this.#host.name}' of queue type rabbit_classic_queue`
      )
    if (queue.isStream && this.#prefetch === 0)
      throw new AmqpRefusal(
        406,
        `PRECONDITION_FAILED - consumer prefetch count is not set for 'queue '${queue.name}' in vhost '${this.#host.name}''`
      )
    const limit = this.#prefetch
    const consumer: FakeConsumer = {
      tag,
      queue,
      isExclusive: args.exclusive,
      unacknowledged: 0,
      offset: queue.offsetFor(args.arguments),
      hasRoom: () =>
        args.noAck ||
        ((limit === 0 || consumer.unacknowledged < limit) &&
          (this.#sharedPrefetch === 0 || this.unacknowledged.size < this.#sharedPrefetch)),
      take: (message) => {
        const deliveryTag = this.#delivered({ queue, message, consumer }, args.noAck)
        const { exchange, routingKey, redelivered } = message
        this.#send(
          'basic.deliver',
          { consumerTag: tag, deliveryTag, redelivered, exchange, routingKey },
          queue.isStream ? withOffset(message) : message.content
        )
      }
    }
    this.consumers.set(tag, consumer)
    if (!args.noWait) this.#send('basic.consume-ok', { consumerTag: tag })
    queue.readers.push(consumer)
    queue.deliver()
  }

  #cancel({ consumerTag, noWait }: Arguments<'basic.cancel'>): void {
    const consumer = this.consumers.get(consumerTag)
    if (!noWait) this.#send('basic.cancel-ok', { consumerTag })
    if (consumer !== undefined) this.#removeConsumer(consumer)
  }

  #removeConsumer(consumer: FakeConsumer): void {
    const { queue, tag } = consumer
    this.consumers.delete(tag)
    const index = queue.readers.indexOf(consumer)
    if (index >= 0) queue.readers.splice(index, 1)
    if (queue.settings.autoDelete && queue.readers.length === 0) this.#peer.deleteQueue(queue)
  }

  #get({ queue: name, noAck }: Arguments<'basic.get'>): void {
    const queue = this.#declarations.queue(name)
    if (queue.isStream)
      throw new AmqpRefusal(
        540,
        `NOT_IMPLEMENTED - basic.get not supported by stream queues queue '${queue.name}' in vhost '${this.#host.name}'`,
        true
      )
    const message = queue.ready.shift()
    if (message === undefined) {
      this.#send('basic.get-empty', {})
      return
    }
    const deliveryTag = this.#delivered({ queue, message, consumer: undefined }, noAck)
    const { exchange, routingKey, redelivered } = message
    this.#send(
      'basic.get-ok',
      { deliveryTag, redelivered, exchange, routingKey, messageCount: queue.ready.length },
      message.content
    )
  }

  #delivered(delivered: Delivered, noAck: boolean): bigint {
    const tag = ++this.#deliveries
    if (noAck) return tag
    this.unacknowledged.set(tag, delivered)
    if (delivered.consumer !== undefined) delivered.consumer.unacknowledged++
    return tag
  }

  #settle(tag: bigint, multiple: boolean, requeue: boolean): void {
    const tags = [...this.unacknowledged.keys()].filter((each) =>
      multiple ? tag === 0n || each <= tag : each === tag
    )
    if (tags.length === 0 && !(multiple && tag === 0n))
      throw new AmqpRefusal(406, `PRECONDITION_FAILED - unknown delivery tag ${tag}`)
    const queues = new Set<FakeQueue>()
    for (const each of tags) {
      const delivered = this.unacknowledged.get(each)
      this.unacknowledged.delete(each)
      if (delivered === undefined) continue
      const { queue, message, consumer } = delivered
      if (consumer !== undefined) consumer.unacknowledged--
      if (requeue) queue.giveBack(message)
      queues.add(queue)
    }
    for (const queue of queues) queue.deliver()
    for (const { queue } of this.consumers.values()) queue.deliver()
  }

  #giveAllBack(): void {
    if (this.unacknowledged.size > 0) this.#settle(0n, true, true)
  }

  #publish(args: Arguments<'basic.publish'>, carried: Content): void {
    const { exchange, routingKey, mandatory, immediate } = args
    if (immediate) throw new AmqpRefusal(540, 'NOT_IMPLEMENTED - immediate=true', true)
    const { internal } = this.#host.exchange(exchange)
    if (internal)
      throw new AmqpRefusal(
        403,
        `ACCESS_REFUSED - cannot publish to internal exchange '${exchange}' in vhost '${this.#host.name}'`
      )
    const sequence = this.#confirms ? ++this.#published : 0
    const message = { exchange, routingKey, mandatory, content: carried, sequence, peer: this.#peer }
    const confirmation = this.#peer.published(message)
    const isLost = confirmation.startsWith('nack')
    const isReturned =
      confirmation === 'return' ||
      (!isLost && !this.#host.publish(exchange, routingKey, carried) && mandatory)
    if (isReturned)
      this.#send('basic.return', { replyCode: 312, replyText: 'NO_ROUTE', exchange, routingKey }, carried)
    if (sequence === 0 || confirmation === 'silence') return
    const settled = { deliveryTag: BigInt(sequence), multiple: confirmation.endsWith('multiple') }
    this.#send(confirmation.startsWith('nack') ? 'basic.nack' : 'basic.ack', settled)
  }
}

/** A message of a stream as it is delivered: with its offset among the headers. */
function withOffset({ content: carried, position }: StoredMessage): Content {
  const offset: Field = { type: 'l', value: BigInt(position) }
  const headers: Table = [
    ...(carried.properties.headers ?? []).filter(([name]) => name !== 'x-stream-offset'),
    ['x-stream-offset', offset]
  ]
  return content(carried.body, { ...carried.properties, headers })
}
