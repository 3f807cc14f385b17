import { type Packet, writeToStream } from 'mqtt-packet'
import { matchesPattern } from '../../core/channel-pattern.js'
import { mqttGrammar } from '../mqtt/channel-grammar.js'
import type { AedesClient, RoutedMessage } from './aedes-internals.js'
import type { SessionQueue } from './session-queue.js'
import type { Sessions } from './sessions.js'
import { sizeOf } from './stored-message.js'

/** What a QoS 1 or 2 delivery must remember until it is acknowledged. */
export type DeliveryLog = Pick<Sessions, 'queue' | 'flushed'>

/**
 * Sends a client its messages, in place of aedes's own delivery, which gives a message that two subscriptions match the QoS of
 * whichever comes first [MQTT-3.3.5-1] and names no other [MQTT-3.3.4-4], ignores the subscription's QoS behind a wildcard [MQTT-3.8.4-8], the client's receive
 * maximum [MQTT-3.3.4-9] and its maximum packet size [MQTT-3.1.2-24], and lets packet identifiers collide.
 */
export class ClientDelivery {
  readonly #client: AedesClient
  readonly #log: DeliveryLog
  readonly #stall: number
  /** The counter of what was sent under each identifier; 0 where nothing is queued for it. */
  readonly #inFlight = new Map<number, number>()
  readonly #waiting: (() => void)[] = []
  #handOver: (() => void) | undefined
  #caughtUp = false
  #stallTimer: NodeJS.Timeout | undefined
  #lastId = 0
  #lastCounter = 0

  constructor(client: AedesClient, log: DeliveryLog, stall: number) {
    this.#client = client
    this.#log = log
    this.#stall = stall
    client.deliver0 = this.deliver
    client.deliverQoS = this.deliver
  }

  readonly deliver = (message: RoutedMessage, done: () => void): void => {
    const client = this.#client
    // Every matching subscription offers the message; the first offer is taken.
    const fresh = message.brokerId === null || message.brokerCounter > this.#lastCounter
    if (message.brokerId !== null) this.#lastCounter = Math.max(this.#lastCounter, message.brokerCounter)
    if (!fresh || client.closed || (message.nl === true && message.clientId === client.id)) {
      setImmediate(done)
      return
    }
    // What came while the client was away goes first; this one is behind it in the queue.
    if (!this.#caughtUp && message.brokerId !== null && this.#queue?.has(message.brokerCounter)) {
      setImmediate(done)
      return
    }
    const limit = client.maximumPacketSize
    if (limit !== undefined && sizeOf(message) > limit) {
      this.#queue?.remove(message.brokerCounter)
      setImmediate(done)
      return
    }
    const qos = message.qos === 0 ? 0 : this.#allowedQos(message)
    // Gives a long chain of deliveries a fresh stack each.
    setImmediate(() => {
      const identified = this.#identified(message)
      if (qos === 0) this.write(publishPacket(identified, 0), done)
      else this.#whenFree(() => this.#send(identified, qos, done))
    })
  }

  /** Resolves to the identifier under which a message from the queue is sent, once the client's window has room. */
  claimLater(counter: number, wanted: number): Promise<number> {
    return new Promise((resolve) => {
      this.#whenFree(() => {
        const id = wanted > 0 && !this.#inFlight.has(wanted) ? wanted : this.#freeId()
        this.#inFlight.set(id, counter)
        this.#handOver?.()
        resolve(id)
      })
    })
  }

  /** Yields the queue in order and waits for each to be sent; what is published meanwhile joins the end. */
  async *catchUp<T extends { readonly brokerCounter: number }>(
    newest: () => number,
    queuedAfter: (counter: number) => AsyncIterable<T>
  ): AsyncGenerator<T> {
    let done = 0
    while (newest() > done) {
      const until = newest()
      for await (const stored of queuedAfter(done)) {
        const sent = new Promise<void>((resolve) => {
          this.#handOver = resolve
        })
        yield stored
        await sent
        done = stored.brokerCounter
      }
      done = Math.max(done, until)
    }
    this.#caughtUp = true
  }

  /** The counter of the queued message that was sent under this identifier. */
  counterOf(messageId: number): number | undefined {
    return this.#inFlight.get(messageId) || undefined
  }

  acknowledged(messageId: number): void {
    if (!this.#inFlight.delete(messageId)) return
    clearTimeout(this.#stallTimer)
    this.#stallTimer = undefined
    this.#waiting.shift()?.()
    if (this.#waiting.length > 0) this.#watchStall()
  }

  /** Calls back what waits for a client that is gone. */
  end(): void {
    clearTimeout(this.#stallTimer)
    for (const resume of this.#waiting.splice(0)) resume()
  }

  write(packet: Packet, done: () => void): void {
    const client = this.#client
    if (client.closed || client.conn.destroyed || !(client.connecting || client.connected)) {
      setImmediate(done)
      return
    }
    try {
      const protocolVersion = client.version === 5 ? 5 : client.version === 3 ? 3 : 4
      if (writeToStream(packet, client.conn, { protocolVersion })) setImmediate(done)
      else client.waitForDrain(() => done())
    } catch (error) {
      client.emit('error', error)
      setImmediate(done)
    }
  }

  /** Known only once the client has said its name. */
  get #queue(): SessionQueue | undefined {
    return this.#log.queue(this.#client.id)
  }

  #send(message: RoutedMessage, qos: 1 | 2, done: () => void): void {
    const packet = publishPacket(message, qos, this.#claim(message, qos))
    // Sent under another identifier after a crash, a QoS 2 message would arrive twice.
    const stored = qos === 2 && !this.#client.clean ? this.#log.flushed() : undefined
    const write = () => this.write(packet, done)
    if (stored === undefined) write()
    else stored.then(write, write)
  }

  #claim(message: RoutedMessage, qos: 1 | 2): number {
    const id = this.#freeId()
    const queue = message.brokerId === null ? undefined : this.#queue
    const isQueued = queue?.has(message.brokerCounter) === true
    this.#inFlight.set(id, isQueued ? message.brokerCounter : 0)
    if (isQueued) queue.sent(message, qos, id)
    return id
  }

  #freeId(): number {
    do this.#lastId = (this.#lastId % 65_535) + 1
    while (this.#inFlight.has(this.#lastId))
    return this.#lastId
  }

  /** Runs `send` once fewer messages are unacknowledged than the client takes; a client that acknowledges nothing is let go. */
  #whenFree(send: () => void): void {
    const window = Math.min(this.#client.receiveMaximum ?? 65_535, 65_534)
    if (this.#inFlight.size < window && this.#waiting.length === 0) {
      send()
      return
    }
    this.#waiting.push(send)
    if (this.#stallTimer === undefined) this.#watchStall()
  }

  #watchStall(): void {
    this.#stallTimer = setTimeout(() => {
      this.#client.conn.destroy(new Error(`acknowledged nothing for ${this.#stall} ms`))
    }, this.#stall)
  }

  /** The message with the identifiers of all subscriptions that it is sent for; one that is retained is sent for a single one. */
  #identified(message: RoutedMessage): RoutedMessage {
    const { brokerId, topic, properties } = message
    const { subscriptions, version } = this.#client
    if (brokerId === null || version !== 5) return message
    const identifiers: number[] = []
    for (const pattern in subscriptions) {
      const si = subscriptions[pattern]?.si
      if (si !== undefined && matchesPattern(pattern, topic, mqttGrammar)) identifiers.push(si)
    }
    if (identifiers.length < 2) return message
    return { ...message, properties: { ...properties, subscriptionIdentifier: identifiers } }
  }

  #allowedQos(message: RoutedMessage): 0 | 1 | 2 {
    let allowed: 0 | 1 | 2 = 0
    for (const pattern in this.#client.subscriptions) {
      const qos = this.#client.subscriptions[pattern]?.qos ?? 0
      if (qos > allowed && matchesPattern(pattern, message.topic, mqttGrammar)) allowed = qos
      if (allowed >= message.qos) return message.qos
    }
    return allowed
  }
}

function publishPacket(message: RoutedMessage, qos: 0 | 1 | 2, messageId?: number): Packet {
  const { topic, payload, retain, properties } = message
  return {
    cmd: 'publish',
    topic,
    payload,
    retain,
    qos,
    dup: false,
    ...(messageId === undefined ? undefined : { messageId }),
    ...(properties === undefined ? undefined : { properties })
  }
}
