import type { Duplex } from 'node:stream'
import { FrameSplitter } from '../../mqtt/exchange/frame-splitter.js'
import type { Broker } from '../broker/broker.js'
import type { Delivery } from '../state/delivery-queue.js'
import type { Session, SessionClient } from '../state/session.js'
import { accepted, turnedAway, withReason } from './answers.js'
import { BackPressure } from './back-pressure.js'
import { ClientAnswers } from './client-answers.js'
import type { ClientDelivery } from './client-delivery.js'
import { ClientPackets } from './client-packets.js'
import { type Connect, UnknownVersion } from './connect-packet.js'
import { BEFORE_CONNECT, checkBeginning, checkLength, readConnect } from './first-packet.js'
import { notAllowed, type PacketError, toPacketError } from './packet-error.js'
import { PacketOutput } from './packet-output.js'
import { PacketTurns } from './packet-turns.js'
import { CONNACK, DISCONNECT } from './packet-types.js'

/** Keep-alive times one and a half [MQTT-3.1.2-22]. */
const GRACE = 1.5
/** Milliseconds that a client may take to close its end. */
const FAREWELL = 1000

/** The network connection of one client: cuts what comes into packets, lets the client in, and ends. */
export class ClientConnection implements SessionClient {
  readonly output: PacketOutput
  readonly answers: ClientAnswers
  /** Milliseconds on the process's clock at which something came last. */
  heardAt = performance.now()
  isClosed = false
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>
  /** Connected clients have them. */
  session: Session | undefined
  delivery: ClientDelivery | undefined
  readonly #stream: Duplex
  readonly #broker: Broker
  readonly #needsCredentials: boolean
  readonly #onConnected: () => void
  readonly #splitter: FrameSplitter
  readonly #turns = new PacketTurns()
  readonly #pressure = new BackPressure(() => this.#readOn())
  #connect: Connect | undefined
  /** Of a client that was let in. */
  #packets: ClientPackets | undefined

  constructor(stream: Duplex, broker: Broker, needsCredentials: boolean, onConnected: () => void) {
    this.#stream = stream
    this.#onConnected = onConnected
    this.#broker = broker
    this.#needsCredentials = needsCredentials
    this.output = new PacketOutput(stream, broker.unread)
    this.answers = new ClientAnswers(this.output)
    this.#splitter = new FrameSplitter((bytes, start, body, end) => this.#takePacket(bytes, start, body, end))
    this.#splitter.largest = broker.limits.firstPacketSize
    stream.on('data', (chunk: Buffer) => this.#takeChunk(chunk))
    stream.on('drain', () => this.#drained())
    stream.on('error', () => stream.destroy())
    this.gone = new Promise((resolve) => {
      stream.once('close', () => {
        this.isClosed = true
        this.#leave()
        resolve()
      })
    })
  }

  get takesMore(): boolean {
    return this.delivery?.takesMore ?? false
  }

  /** Milliseconds without a sign of life after which it is let go. */
  get patience(): number {
    const { keepAlive } = this.#connect ?? { keepAlive: 0 }
    return keepAlive === 0 ? Number.POSITIVE_INFINITY : keepAlive * 1000 * GRACE
  }

  /** Milliseconds on the process's clock at which somebody began to wait for it; infinite: nobody does. */
  get waitedForSince(): number {
    return this.#pressure.waitedForSince
  }

  /** Whether it is not read from. */
  get isHeldUp(): boolean {
    return this.#pressure.isWaiting || this.#turns.isHolding || this.output.isFlooded
  }

  offer(delivery: Delivery): void {
    if (this.delivery === undefined) return
    this.delivery.offer(delivery)
    this.#broker.turn.touched(this)
    if (this.delivery.isCongested && !this.delivery.isStalled) this.#broker.turn.congested(this)
  }

  /** Sends what waits. */
  wake(): void {
    if (this.isClosed) return
    this.delivery?.pump()
    this.relieve()
    this.#broker.turn.touched(this)
  }

  /** Reads nothing more from this client until these take what waits for them, or too long has passed. */
  waitFor(others: Iterable<ClientConnection>): void {
    for (const other of others) if (!other.isClosed) this.#pressure.waitFor(other.#pressure)
    if (this.#pressure.isWaiting) this.#stream.pause()
  }

  /** Publishers that wait for this client go on once little waits for it. */
  relieve(): void {
    const { delivery } = this
    if (delivery === undefined || delivery.isCongested) return
    delivery.isStalled = false
    this.#pressure.letWaitersGo()
  }

  /** It takes nothing: nobody waits for it any more. */
  stall(): void {
    if (this.delivery !== undefined) this.delivery.isStalled = true
    this.#pressure.letWaitersGo()
  }

  /** Whether the client takes a packet as large as the CONNACK that lets it in. */
  takesWelcome(assignedId: string): boolean {
    const connect = this.#connect
    return (
      connect === undefined ||
      this.output.takes(accepted(connect, false, assignedId, this.#broker.limits).length)
    )
  }

  /** The broker has decided on a CONNECT: tells the client and takes what came meanwhile. */
  connected(session: Session, delivery: ClientDelivery, wasPresent: boolean, assignedId: string): void {
    const connect = this.#connect
    if (connect === undefined || this.isClosed) return
    const { limits } = this.#broker
    this.session = session
    this.delivery = delivery
    this.#packets = new ClientPackets(this, this.#broker, connect, session, delivery)
    this.output.packet(CONNACK << 4, accepted(connect, wasPresent, assignedId, limits))
    this.#splitter.largest = limits.packetSize
    delivery.resume()
    this.#onConnected()
  }

  /** Ends the connection; MQTT 5 clients that are connected are told why [MQTT-4.13.1-1]. */
  end(error: PacketError): void {
    if (this.isClosed) return
    if (this.session !== undefined && this.output.isMqtt5)
      this.answers.refuse(DISCONNECT, (why) => withReason([error.code], why), error.message)
    this.close()
  }

  /** Nothing more is taken from this client; what is written to it still goes out. */
  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#leave()
    this.output.flush()
    this.#stream.end()
    setTimeout(() => this.#stream.destroy(), FAREWELL).unref()
    this.#stream.resume()
  }

  /** Ends the connection with a client that takes nothing, not even words. */
  cut(): void {
    this.#stream.destroy()
  }

  #takeChunk(chunk: Buffer): void {
    if (this.isClosed) return
    this.heardAt = performance.now()
    this.#turns.begin(this.heardAt)
    this.#broker.turn.begin()
    this.#feed([chunk])
    if (this.output.isFlooded) this.#stream.pause()
  }

  /** Takes the packets in these bytes, as long as it is the client's turn. */
  #feed(chunks: readonly Buffer[]): void {
    try {
      for (const chunk of chunks) {
        if (this.#connect === undefined && this.#splitter.unfinished === 0) checkBeginning(chunk)
        const taken = this.#turns.isHolding ? 0 : this.#splitter.feed(chunk)
        this.#turns.keep(chunk.subarray(taken))
      }
    } catch (error) {
      this.#settleAndFail(error)
    }
    this.#broker.turn.settle(this)
    // Node would read up to 32 chunks of this client before it looks at others.
    if (this.#packets !== undefined && !this.#turns.isHolding && this.#turns.isLate) this.#takeRestLater()
    if (!this.isClosed) this.#broker.holdsUnfinished(this, this.#splitter.unfinished + this.#turns.bytes)
  }

  #takePacket(bytes: Buffer, start: number, body: number, end: number): void {
    if (this.isClosed) return
    const packets = this.#packets
    if (packets === undefined) {
      this.#takeConnect(bytes, start, body, end)
      return
    }
    if (this.#turns.isOver(this.#broker.turn.work)) this.#takeRestLater()
    if (this.output.isMqtt5) checkLength(bytes, start, body)
    packets.take(bytes[start] as number, bytes, body, end)
  }

  #takeConnect(bytes: Buffer, start: number, body: number, end: number): void {
    if (this.#connect !== undefined) throw notAllowed(BEFORE_CONNECT)
    const connect = readConnect(bytes, start, body, end, this.output)
    this.#connect = connect
    this.output.packetSize = connect.packetSize
    this.answers.isTerse = !connect.wantsReasons
    this.#hold()
    this.#broker.admission.admit(this, connect, this.#needsCredentials).then(
      () => this.#takeKept(),
      (error) => {
        this.#turns.release()
        this.#fail(error)
        this.#broker.turn.settle(this)
      }
    )
  }

  /** This packet is taken; those behind it wait until others had their turn. */
  #takeRestLater(): void {
    this.#hold()
    setImmediate(() => this.#takeKept())
  }

  #hold(): void {
    this.#turns.hold()
    this.#splitter.stop()
    this.#stream.pause()
  }

  #takeKept(): void {
    const kept = this.#turns.release()
    if (this.isClosed) return
    this.#turns.begin(performance.now())
    this.#feed(kept)
    this.#readOn()
  }

  /** What was taken before the packet that is wrong is stored and answered. */
  #settleAndFail(error: unknown): void {
    this.#broker.turn.settle(this)
    this.#fail(error)
  }

  #fail(cause: unknown): void {
    const error = toPacketError(cause)
    if (this.session !== undefined || this.isClosed) {
      this.end(error)
      return
    }
    if (error instanceof UnknownVersion) this.output.isMqtt5 = error.isMqtt5
    const isAnswerable = error instanceof UnknownVersion || this.#connect !== undefined || this.output.isMqtt5
    const { isMqtt5 } = this.output
    if (isAnswerable)
      this.answers.refuse(CONNACK, (why) => turnedAway(isMqtt5, error.code, why), error.message)
    this.close()
  }

  #leave(): void {
    this.#pressure.leave()
    this.#broker.left(this)
  }

  #readOn(): void {
    if (!this.#pressure.isWaiting && !this.#turns.isHolding) this.#stream.resume()
  }

  #drained(): void {
    if (this.delivery !== undefined) this.delivery.progressAt = performance.now()
    // What it sends is read in between, also where there is always more to write.
    this.#readOn()
    this.wake()
    this.#broker.turn.settle(this)
  }
}
