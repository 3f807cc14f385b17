import type { Content } from './amqp-content.js'
import type { Table } from './amqp-fields.js'
import { FakeQueue, type QueueSettings } from './amqp-queue.js'
import { type FakeBinding, type FakeExchange, passes, sameTable } from './amqp-routing.js'

/** What a broker says when it closes a channel or a connection. */
export class AmqpRefusal extends Error {
  readonly code: number
  /** Whether the connection is closed, and not just the channel. */
  readonly isFatal: boolean

  constructor(code: number, message: string, isFatal = false) {
    super(message)
    this.code = code
    this.isFatal = isFatal
  }
}

const builtIn = (name: string, type: string): FakeExchange => ({
  name,
  type,
  durable: true,
  autoDelete: false,
  internal: false,
  arguments: []
})

/** The exchanges, bindings and queues of a virtual host. They live as long as the server. */
export class FakeVirtualHost {
  readonly name: string
  readonly exchanges = new Map<string, FakeExchange>(
    [
      builtIn('', 'direct'),
      builtIn('amq.direct', 'direct'),
      builtIn('amq.fanout', 'fanout'),
      builtIn('amq.topic', 'topic'),
      builtIn('amq.headers', 'headers'),
      builtIn('amq.match', 'headers')
    ].map((exchange) => [exchange.name, exchange])
  )
  readonly queues = new Map<string, FakeQueue>()
  bindings: FakeBinding[] = []
  #generated = 0

  constructor(name: string) {
    this.name = name
  }

  exchange(name: string): FakeExchange {
    const exchange = this.exchanges.get(name)
    if (exchange === undefined)
      throw new AmqpRefusal(404, `NOT_FOUND - no exchange '${name}' in vhost '${this.name}'`)
    return exchange
  }

  /** @param asker the connection that asks: another one's exclusive queue is locked */
  queue(name: string, asker: object): FakeQueue {
    const queue = this.queues.get(name)
    if (queue === undefined)
      throw new AmqpRefusal(404, `NOT_FOUND - no queue '${name}' in vhost '${this.name}'`)
    if (queue.owner !== undefined && queue.owner !== asker)
      throw new AmqpRefusal(
        405,
        `RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '${name}' in vhost '${this.name}'. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.`
      )
    return queue
  }

  declareExchange(exchange: FakeExchange): void {
    const { name } = exchange
    const known = this.exchanges.get(name)
    if (known === undefined) {
      this.#refuseReserved(name, 'exchange')
      this.exchanges.set(name, exchange)
      return
    }
    this.#refuseDifference('exchange', name, { ...known }, { ...exchange })
  }

  declareQueue(wanted: string, settings: QueueSettings, asker: object): FakeQueue {
    const name = wanted === '' ? `amq.gen-fake-${++this.#generated}` : wanted
    const known = this.queues.has(name) ? this.queue(name, asker) : undefined
    if (known !== undefined) {
      this.#refuseDifference('queue', name, { ...known.settings }, { ...settings })
      return known
    }
    if (wanted !== '') this.#refuseReserved(name, 'queue')
    const queue = new FakeQueue(name, settings, settings.exclusive ? asker : undefined)
    this.queues.set(name, queue)
    return queue
  }

  deleteQueue(name: string): void {
    this.queues.delete(name)
    this.#dropBindings((binding) => binding.to === 'queue' && binding.destination === name)
  }

  deleteExchange(name: string): void {
    this.exchanges.delete(name)
    this.bindings = this.bindings.filter(({ source }) => source !== name)
    this.#dropBindings((binding) => binding.to === 'exchange' && binding.destination === name)
  }

  bind(binding: FakeBinding): void {
    if (!this.bindings.some((known) => same(known, binding))) this.bindings.push(binding)
  }

  unbind(binding: FakeBinding): void {
    this.#dropBindings((known) => same(known, binding))
  }

  /** The queues that a message reaches, each once. */
  route(exchange: string, routingKey: string, headers: Table, seen = new Set<string>()): Set<FakeQueue> {
    const reached = new Set<FakeQueue>()
    const direct = exchange === '' ? this.queues.get(routingKey) : undefined
    if (direct !== undefined) reached.add(direct)
    if (seen.has(exchange)) return reached
    seen.add(exchange)
    const { type } = this.exchange(exchange)
    for (const binding of this.bindings) {
      if (binding.source !== exchange || !passes(type, binding, routingKey, headers)) continue
      if (binding.to === 'exchange') {
        for (const queue of this.route(binding.destination, routingKey, headers, seen)) reached.add(queue)
      } else {
        const queue = this.queues.get(binding.destination)
        if (queue !== undefined) reached.add(queue)
      }
    }
    return reached
  }

  /** Puts a message into every queue that it reaches. Returns whether there was one. */
  publish(exchange: string, routingKey: string, content: Content): boolean {
    const queues = this.route(exchange, routingKey, content.properties.headers ?? [])
    for (const queue of queues) queue.put(exchange, routingKey, content)
    return queues.size > 0
  }

  /** Ends bindings, and the exchanges that live only as long as they have some. */
  #dropBindings(isDropped: (binding: FakeBinding) => boolean): void {
    const dropped = this.bindings.filter(isDropped)
    this.bindings = this.bindings.filter((binding) => !isDropped(binding))
    for (const { source } of dropped)
      if (this.exchanges.get(source)?.autoDelete && !this.bindings.some((each) => each.source === source))
        this.deleteExchange(source)
  }

  #refuseReserved(name: string, what: string): void {
    if (name.startsWith('amq.'))
      throw new AmqpRefusal(403, `ACCESS_REFUSED - ${what} name '${name}' contains reserved prefix 'amq.*'`)
  }

  #refuseDifference(
    what: 'queue' | 'exchange',
    name: string,
    current: Readonly<Record<string, unknown>>,
    received: Readonly<Record<string, unknown>>
  ): void {
    const words: Readonly<Record<string, string>> = { autoDelete: 'auto_delete' }
    for (const field of ['type', 'durable', 'autoDelete', 'internal', 'exclusive'])
      if (current[field] !== received[field])
        throw new AmqpRefusal(
          406,
          `PRECONDITION_FAILED - inequivalent arg '${words[field] ?? field}' for ${what} '${name}' in vhost '${this.name}': received '${received[field]}' but current is '${current[field]}'`
        )
    if (!sameTable(current.arguments as Table, received.arguments as Table))
      throw new AmqpRefusal(
        406,
        `PRECONDITION_FAILED - inequivalent arg 'arguments' for ${what} '${name}' in vhost '${this.name}'`
      )
  }
}

const same = (one: FakeBinding, other: FakeBinding): boolean =>
  one.source === other.source &&
  one.to === other.to &&
  one.destination === other.destination &&
  one.routingKey === other.routingKey &&
  sameTable(one.arguments, other.arguments)
