import { Duplex } from 'node:stream'
import { ReadCoalescing } from '../../exchange/read-coalescing.js'
import type { MqttVersion } from '../connect-packet.js'
import { FrameSplitter } from './frame-splitter.js'
import type { Inbox } from './inbox.js'
import { MessageIntake } from './message-intake.js'
import { CONNACK, DISCONNECT, PINGRESP, PUBCOMP, PUBLISH } from './packet-types.js'
import { PacketWriter } from './packet-writer.js'
import { ProtocolError } from './protocol-error.js'
import type { Publisher } from './publisher.js'
import type { StreamEnd } from './stream-end.js'

/** What one network connection works with. */
export interface ExchangeParts {
  readonly protocol: MqttVersion
  readonly topicAliasMaximum: number
  readonly publisher: Publisher
  readonly inbox: Inbox
  readonly now: () => number
  readonly onProtocolError: (reason: string) => void
  /** The socket has taken a write. */
  readonly onRoom: () => void
  /** The broker has shown that it has read what was sent before. */
  readonly onRead: () => void
  readonly onClose: (end: StreamEnd) => void
}

/** How many bytes of messages gather in memory at most where the broker does not wait for the receiver. */
const MOST_AHEAD = 64 * 1024 * 1024

/** The error codes of a socket that the other side closed while we were sending. */
const CLOSED_BY_PEER = new Set<unknown>(['ECONNRESET', 'EPIPE'])

/**
 * One network connection as mqtt.js sees it: a stream around a socket, without the packets that exchange messages. Those packets are cut
 * out of what comes in, and written between the whole packets of mqtt.js going out.
 */
export class ExchangeStream extends Duplex {
  readonly writer: PacketWriter
  readonly protocol: MqttVersion
  readonly #socket: Duplex
  readonly #parts: ExchangeParts
  readonly #incoming: FrameSplitter
  readonly #outgoing: FrameSplitter
  readonly #intake: MessageIntake
  readonly #coalescing: ReadCoalescing
  #written: (() => void) | undefined
  #time = 0
  #connected = false
  /** Nothing more is read from the broker. */
  #broken = false
  /** Where mqtt.js takes what is read. */
  #reader: (NodeJS.WritableStream & { destroy?(): void }) | undefined
  /** mqtt.js has not taken what was pushed, so nothing more is read for now. */
  #held = false
  #ended = false
  #reset = false
  /** The reason code of the broker's DISCONNECT. */
  #disconnectCode: number | undefined
  /** How many bytes may still be read before receivers get anything. */
  #ahead = 0

  constructor(socket: Duplex, parts: ExchangeParts) {
    super({ autoDestroy: true, decodeStrings: true })
    this.#socket = socket
    this.#parts = parts
    this.protocol = parts.protocol
    this.writer = new PacketWriter(socket, parts.onRoom)
    this.#intake = new MessageIntake(parts, this.writer)
    this.#coalescing = new ReadCoalescing(() => parts.inbox.blocked)
    this.#incoming = new FrameSplitter((bytes, start, body, end) => this.#take(bytes, start, body, end))
    this.#outgoing = new FrameSplitter((bytes, start, _body, end) => this.#pass(bytes, start, end))
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('end', () => {
      this.#ended = true
      this.push(null)
    })
    socket.on('error', (error) => {
      this.#reset = 'code' in error && CLOSED_BY_PEER.has(error.code)
      this.destroy(error)
    })
    socket.on('close', () => this.destroy())
  }

  /** How many packets of the exchange of messages came in. */
  get exchanged(): number {
    return this.#intake.exchanged
  }

  /**
   * Whether messages gather, so that receivers do not hold up the reading: what a broker sends at QoS 0 it drops once the network
   * takes no more. Ends by itself where they become too many.
   */
  gather(isWanted: boolean): void {
    this.#ahead = isWanted ? MOST_AHEAD : 0
    this.#parts.inbox.gather(isWanted)
    this.regulate()
  }

  /**
   * Pauses the socket while the receiver or mqtt.js is busy, or while the broker does not read our acknowledgements. Otherwise reads on.
   */
  regulate(): void {
    // The CONNACK of a new connection must not wait for a receiver that still handles messages of the last connection.
    const exchanging = this.#connected && !this.writer.lost
    const wait = (exchanging && (this.#parts.inbox.blocked || this.writer.flooded)) || this.#held
    if (wait === this.#socket.isPaused()) return
    if (wait) this.#socket.pause()
    else this.#socket.resume()
  }

  /**
   * Reads nothing more from the broker, not even what mqtt.js has not parsed yet. After a packet that it cannot read, mqtt.js's parser goes
   * on in the middle of that packet. What it then takes for packets can make mqtt.js throw.
   */
  stopReading(): void {
    this.#broken = true
    this.#held = false
    this.unpipe()
    this.#reader?.destroy?.()
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T, options?: { end?: boolean }): T {
    this.#reader = destination
    // Where the reader may be ended, Node asks whether it is stdout or stderr, and opens both for that: 1 % of a publish. `stopReading`
    // destroys the reader.
    return super.pipe(destination, { ...options, end: false })
  }

  override _read(): void {
    this.#held = false
    this.regulate()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#written = done
    this.#outgoing.feed(chunk)
    // An incomplete packet waits for its rest, which mqtt.js sends only after `done`.
    const pending = this.#written
    this.#written = undefined
    pending?.()
  }

  override _writev(
    chunks: { chunk: Buffer; encoding: BufferEncoding }[],
    done: (error?: Error) => void
  ): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'binary', done)
  }

  override _final(done: () => void): void {
    this.writer.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const unsent = !this.writer.idle
    this.stopReading()
    this.writer.lose()
    const byBroker = this.#ended || this.#reset || this.#disconnectCode !== undefined
    this.#parts.onClose({ byBroker, code: this.#disconnectCode ?? 0, unsent })
    this.#socket.destroy()
    done(error)
  }

  #receive(chunk: Buffer): void {
    if (this.#broken || this.destroyed) return
    const { publisher, now } = this.#parts
    this.#time = now()
    this.#countAhead(chunk.length)
    const { exchanged, messages } = this.#intake
    try {
      this.#incoming.feed(chunk)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#broken = true
      this.#parts.onProtocolError(error.message)
    }
    publisher.pump()
    this.writer.flush()
    this.regulate()
    const received = this.#intake.messages - messages
    this.#coalescing.after({
      time: this.#time,
      bytes: chunk.length,
      messages: received,
      acknowledged: this.#intake.exchanged - exchanged - received,
      windowFull: publisher.windowFull
    })
  }

  #countAhead(bytes: number): void {
    if (this.#ahead === 0) return
    this.#ahead = Math.max(0, this.#ahead - bytes)
    if (this.#ahead === 0) this.gather(false)
  }

  /** One whole packet from mqtt.js. */
  #pass(bytes: Buffer, start: number, end: number): void {
    const done = this.#written
    const last = end === bytes.length
    if (last) this.#written = undefined
    this.writer.pass(bytes.subarray(start, end), last && done !== undefined ? done : () => {})
  }

  /** One whole packet from the broker. */
  #take(bytes: Buffer, start: number, body: number, end: number): void {
    if (this.#broken) return
    const first = bytes[start] as number
    const type = first >> 4
    if (type < PUBLISH || type > PUBCOMP) {
      if (type === CONNACK) this.#noteConnack(bytes, body, end)
      if (type === PINGRESP) this.#noteRead()
      if (type === DISCONNECT) this.#disconnectCode = end > body ? (bytes[body] as number) : 0
      if (!this.#ended && !this.push(bytes.subarray(start, end))) this.#held = true
      return
    }
    if (this.writer.lost) return
    if (!this.#connected) throw new ProtocolError('a message before the connection was acknowledged')
    this.#intake.take(bytes, first, body, end, this.#time)
  }

  #noteRead(): void {
    this.writer.receipts.answered()
    this.#parts.onRead()
  }

  /** The messages of a session may follow in the same chunk, so this cannot wait until mqtt.js has seen the packet. */
  #noteConnack(bytes: Buffer, body: number, end: number): void {
    if (end - body < 2 || bytes[body + 1] !== 0) return
    this.#connected = true
    if (((bytes[body] as number) & 1) === 0) this.#parts.inbox.forgetSession()
  }
}
