import type { Arguments, Method, MethodNamed } from './amqp-methods.js'
import type { AmqpPeer } from './amqp-peer.js'
import type { FakeQueue } from './amqp-queue.js'
import { AmqpRefusal, type FakeVirtualHost } from './amqp-virtual-host.js'

const EXCHANGE_TYPES = ['direct', 'fanout', 'topic', 'headers']

/** What a channel declares, binds and deletes. */
export class Declarations {
  readonly #peer: AmqpPeer
  readonly #number: number
  readonly #host: FakeVirtualHost
  #lastQueue = ''

  constructor(peer: AmqpPeer, number: number, host: FakeVirtualHost) {
    this.#peer = peer
    this.#number = number
    this.#host = host
  }

  /** Returns whether the method is one of these. Throws `AmqpRefusal` where a broker closes the channel or the connection. */
  take(method: Method): boolean {
    switch (method.name) {
      case 'exchange.declare':
        this.#declareExchange(method.args)
        break
      case 'exchange.delete':
        this.#deleteExchange(method.args)
        break
      case 'exchange.bind':
      case 'exchange.unbind':
        this.#bindExchange(method)
        break
      case 'queue.declare':
        this.#declareQueue(method.args)
        break
      case 'queue.bind':
      case 'queue.unbind':
        this.#bindQueue(method)
        break
      case 'queue.purge':
        this.#purge(method.args)
        break
      case 'queue.delete':
        this.#deleteQueue(method.args)
        break
      default:
        return false
    }
    return true
  }

  get #send(): <N extends Method['name']>(name: N, args: Partial<Arguments<N>>) => void {
    return (name, args) => this.#peer.send(this.#number, name, args)
  }

  #declareExchange(args: Arguments<'exchange.declare'>): void {
    const { exchange: name, type, durable, autoDelete, internal, passive, noWait } = args
    if (passive) this.#host.exchange(name)
    else if (!EXCHANGE_TYPES.includes(type))
      throw new AmqpRefusal(503, `COMMAND_INVALID - unknown exchange type '${type}'`, true)
    else this.#host.declareExchange({ name, type, durable, autoDelete, internal, arguments: args.arguments })
    if (!noWait) this.#send('exchange.declare-ok', {})
  }

  #deleteExchange({ exchange, noWait }: Arguments<'exchange.delete'>): void {
    this.#host.deleteExchange(exchange)
    if (!noWait) this.#send('exchange.delete-ok', {})
  }

  #bindExchange({ name, args }: MethodNamed<'exchange.bind' | 'exchange.unbind'>): void {
    const { source, destination, routingKey, noWait } = args
    this.#host.exchange(source)
    this.#host.exchange(destination)
    const binding = { source, to: 'exchange', destination, routingKey, arguments: args.arguments } as const
    if (name === 'exchange.bind') this.#host.bind(binding)
    else this.#host.unbind(binding)
    if (!noWait) this.#send(name === 'exchange.bind' ? 'exchange.bind-ok' : 'exchange.unbind-ok', {})
  }

  /** A queue that is there; the one declared last, if the name is empty. */
  queue(name: string): FakeQueue {
    return this.#host.queue(name === '' ? this.#lastQueue : name, this.#peer)
  }

  #declareQueue(args: Arguments<'queue.declare'>): void {
    const { queue: name, durable, autoDelete, exclusive, passive, noWait } = args
    const settings = { durable, autoDelete, exclusive, arguments: args.arguments }
    const queue = passive ? this.queue(name) : this.#host.declareQueue(name, settings, this.#peer)
    this.#lastQueue = queue.name
    if (noWait) return
    this.#send('queue.declare-ok', {
      queue: queue.name,
      messageCount: queue.ready.length,
      consumerCount: queue.readers.length
    })
  }

  #bindQueue({ name, args }: MethodNamed<'queue.bind' | 'queue.unbind'>): void {
    const queue = this.queue(args.queue)
    this.#host.exchange(args.exchange)
    const binding = {
      source: args.exchange,
      to: 'queue',
      destination: queue.name,
      routingKey: args.routingKey,
      arguments: args.arguments
    } as const
    if (name === 'queue.bind') this.#host.bind(binding)
    else this.#host.unbind(binding)
    if (name === 'queue.unbind') this.#send('queue.unbind-ok', {})
    else if (!('noWait' in args && args.noWait)) this.#send('queue.bind-ok', {})
  }

  #purge({ queue: name, noWait }: Arguments<'queue.purge'>): void {
    const messageCount = this.queue(name).ready.splice(0).length
    if (!noWait) this.#send('queue.purge-ok', { messageCount })
  }

  #deleteQueue({ queue: name, ifUnused, ifEmpty, noWait }: Arguments<'queue.delete'>): void {
    // RabbitMQ is content with a queue that is not there.
    const queue = this.#host.queues.has(name) || name === '' ? this.queue(name) : undefined
    const where = `queue '${name}' in vhost '${this.#host.name}'`
    if (ifUnused && (queue?.readers.length ?? 0) > 0)
      throw new AmqpRefusal(406, `PRECONDITION_FAILED - ${where} in use`)
    if (ifEmpty && (queue?.ready.length ?? 0) > 0)
      throw new AmqpRefusal(406, `PRECONDITION_FAILED - ${where} is not empty`)
    if (queue !== undefined) this.#peer.deleteQueue(queue)
    if (!noWait) this.#send('queue.delete-ok', { messageCount: queue?.ready.length ?? 0 })
  }
}
