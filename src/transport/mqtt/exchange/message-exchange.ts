import type { Duplex } from 'node:stream'
import type { PublishReport, Receiver } from '../../../core/connection.js'
import type { MessageBatch } from '../../../core/message-batch.js'
import { startReceiveClock } from '../../clock/receive-clock.js'
import type { MqttVersion } from '../connect-packet.js'
import type { ExchangeLimits, ExchangeOptions, MessageIdProvider } from './exchange-options.js'
import { ExchangeStream } from './exchange-stream.js'
import { Inbox } from './inbox.js'
import { MessageIds } from './message-ids.js'
import { Publisher } from './publisher.js'
import type { StreamEnd } from './stream-end.js'

const OUR_WISH: StreamEnd = { byBroker: false, code: 0, unsent: false }

/**
 * Handles PUBLISH, PUBACK, PUBREC, PUBREL and PUBCOMP. mqtt.js sees every other packet. Lives as long as a `BrokerConnection`, over any
 * number of network connections.
 */
export class MessageExchange {
  readonly #options: ExchangeOptions
  readonly #ids = new MessageIds()
  readonly #publisher: Publisher
  readonly #inbox: Inbox
  readonly #now: () => number
  #stream: ExchangeStream | undefined
  #drained: (() => void)[] = []
  #read: (() => void)[] = []
  /** How many QoS 0 messages were sent on connections that are gone, and nothing shows that the broker has read them. */
  #unread = 0
  #piecesTaken = 0

  constructor(options: ExchangeOptions) {
    this.#options = options
    this.#now = options.now ?? startReceiveClock()
    const { onNotice = () => {}, strict } = options
    this.#publisher = new Publisher(this.#ids, onNotice, () => this.#checkDrained(), strict)
    this.#inbox = new Inbox(options.onReceiverFailed, () => this.#stream?.regulate())
  }

  /** One id space for SUBSCRIBE and PUBLISH; give it to mqtt.js as `messageIdProvider`. */
  get messageIds(): MessageIdProvider {
    return this.#ids
  }

  /** How many messages have no result yet. */
  get outstanding(): number {
    return this.#publisher.outstanding
  }

  /** How many messages have a result. */
  get settled(): number {
    return this.#publisher.settled
  }

  /** How many pieces of large messages the network connections have taken. While the number grows, the network is only slow. */
  get piecesTaken(): number {
    return this.#piecesTaken + (this.#stream?.writer.piecesTaken ?? 0)
  }

  get isConnected(): boolean {
    return this.#stream !== undefined
  }

  /** Whether a message is suspected of ending the connections. A few more connections will show whether it does. */
  get suspects(): boolean {
    return this.#publisher.suspects
  }

  /** Whether the socket is deliberately not read: the receiver is busy, or there is none yet for messages that came. */
  get receiving(): boolean {
    return this.#inbox.blocked
  }

  /**
   * The stream that mqtt.js gets instead of a socket (net, tls, WebSocket stream), which is connected or connecting. Each call is a new
   * network connection, and closes the one before.
   */
  openStream(socket: Duplex, protocol: MqttVersion): ExchangeStream {
    this.#stream?.destroy()
    const stream: ExchangeStream = new ExchangeStream(socket, {
      protocol,
      topicAliasMaximum: this.#options.topicAliasMaximum ?? 0,
      publisher: this.#publisher,
      inbox: this.#inbox,
      now: this.#now,
      onProtocolError: this.#options.onProtocolError,
      onRoom: () => this.#continue(stream),
      onRead: () => this.#checkRead(),
      onClose: (end) => {
        if (this.#stream === stream) this.#suspend(end)
      }
    })
    this.#stream = stream
    return stream
  }

  /**
   * The CONNACK accepted us. What is in flight is sent again in its order, with DUP where it may have arrived. Then the waiting messages
   * are sent [MQTT-4.4.0-1].
   */
  resume(limits: ExchangeLimits): void {
    const stream = this.#stream
    if (stream !== undefined) this.#publisher.resume(stream.writer, stream.protocol, limits)
  }

  /** The network connection is gone; publishing waits for `resume`. Also called by the stream itself when it closes. */
  suspend(): void {
    this.#suspend(OUR_WISH)
  }

  #suspend(end: StreamEnd): void {
    const stream = this.#stream
    this.#stream = undefined
    stream?.writer.lose()
    this.#unread += stream?.writer.receipts.unread ?? 0
    this.#piecesTaken += stream?.writer.piecesTaken ?? 0
    stream?.regulate()
    this.#publisher.suspend(end)
    this.#inbox.disconnect()
    this.#checkDrained()
    this.#checkRead()
  }

  /** As `BrokerConnection.publish`. */
  publish(batch: MessageBatch): Promise<PublishReport> {
    return this.#publisher.publish(batch)
  }

  /** As `BrokerConnection.subscribe`'s `receive`. Until there is a receiver, nothing is read beyond the first messages that come. */
  addReceiver(receive: Receiver, patterns: readonly string[]): void {
    this.#inbox.addReceiver(receive, patterns)
    this.#stream?.regulate()
  }

  /** Whether messages of this network connection gather, within bounds, before a receiver gets them. */
  gather(isWanted: boolean): void {
    if (this.#stream === undefined) this.#inbox.gather(false)
    else this.#stream.gather(isWanted)
  }

  /** From now on one copy counts of a message that several of these patterns match, which are given by their subscription identifiers. */
  identify(patterns: ReadonlyMap<number, string>): void {
    this.#inbox.identifiers.add(patterns)
  }

  /** The opposite of `identify`. */
  forgetIdentifiers(patterns: ReadonlyMap<number, string>): void {
    this.#inbox.identifiers.remove(patterns)
  }

  /** Hands nothing more to a receiver. */
  removeReceiver(receive: Receiver): void {
    this.#inbox.removeReceiver(receive)
  }

  /** Resolves when nothing is outstanding and the socket has taken what was written. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained.push(resolve)
      this.#checkDrained()
    })
  }

  /**
   * Resolves once the broker has shown that it has read the QoS 0 messages which the network has taken on this connection, or the
   * connection is gone: to how many of all that were sent nothing shows that.
   * @param ask sends a PINGREQ; not called where that is under way, or nothing is to be shown
   */
  async read(ask: () => void): Promise<number> {
    if (this.#isRead) return this.#unread
    const read = new Promise<void>((resolve) => this.#read.push(resolve))
    if (!this.#stream?.writer.receipts.isAsked) ask()
    await read
    return this.#unread
  }

  /** Resolves when the batch that receivers handle now is acknowledged. */
  received(): Promise<void> {
    return this.#inbox.settled()
  }

  /** Gives up: every open report resolves with its true counts, and so does whatever is published from now on. */
  abandon(): void {
    this.#publisher.abandon()
    this.#checkDrained()
  }

  #continue(stream: ExchangeStream): void {
    if (this.#stream !== stream) return
    this.#publisher.pump()
    stream.regulate()
    this.#checkDrained()
  }

  get #isRead(): boolean {
    return this.#stream === undefined || this.#stream.writer.receipts.unread === 0
  }

  #checkRead(): void {
    if (!this.#isRead) return
    for (const resolve of this.#read.splice(0)) resolve()
  }

  #checkDrained(): void {
    if (this.#drained.length === 0 || this.#publisher.outstanding > 0) return
    if (this.#stream !== undefined && !this.#stream.writer.idle) return
    const drained = this.#drained
    this.#drained = []
    for (const resolve of drained) resolve()
  }
}
