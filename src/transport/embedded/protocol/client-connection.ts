import type { Duplex } from 'node:stream'
import { FrameSplitter, PacketTooLarge } from '../../mqtt/exchange/frame-splitter.js'
import { FIRST_REFUSAL, NO_MATCHING_SUBSCRIBERS, REASON } from '../../mqtt/reason-codes.js'
import type { Broker } from '../broker.js'
import type { Delivery } from '../state/delivery-queue.js'
import type { Session, SessionClient } from '../state/session.js'
import { decodeAcknowledgement } from './acknowledgement-packet.js'
import { accepted, codesFor, turnedAway, withReason } from './answers.js'
import type { ClientDelivery } from './client-delivery.js'
import { type Connect, decodeConnect, readVersion, UnknownVersion } from './connect-packet.js'
import { decodeDisconnect } from './disconnect-packet.js'
import { malformed, notAllowed, PacketError } from './packet-error.js'
import { PacketOutput } from './packet-output.js'
import { PacketReader } from './packet-reader.js'
import * as type from './packet-types.js'
import { PublishReader } from './publish-reader.js'
import { decodeSubscribe, decodeUnsubscribe } from './subscribe-packets.js'

/** The reserved bits of a packet's first byte that are set [MQTT-2.1.3-1]. */
const FLAGS: ReadonlyMap<number, number> = new Map([
  [type.PUBREL, 2],
  [type.SUBSCRIBE, 2],
  [type.UNSUBSCRIBE, 2]
])
const PACKET_ID_NOT_FOUND = REASON.packetIdentifierNotFound
/** Milliseconds that the packets of one client may take before others have their turn. */
const TURN = 20
/** Packets between two looks at the clock. */
const LOOK = 16
/** Nothing more is read from a client that does not read so many bytes of answers and messages. */
const UNREAD = 2 * 1024 * 1024
/** Keep-alive times one and a half [MQTT-3.1.2-22]. */
const GRACE = 1.5

/** The network connection of one client: takes its packets in order and answers them. */
export class ClientConnection implements SessionClient {
  readonly output: PacketOutput
  /** Milliseconds on the process's clock at which something came last. */
  heardAt = performance.now()
  isClosed = false
  /** Milliseconds on the process's clock at which somebody began to wait for it; infinite: nobody does. */
  waitedForSince = Number.POSITIVE_INFINITY
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
  readonly #waitsFor = new Set<ClientConnection>()
  readonly #waiters = new Set<ClientConnection>()
  /** Milliseconds on the process's clock at which others have their turn. */
  #turnEnds = 0
  #packets = 0
  /** Packets that wait: its credentials are checked, or others have their turn. */
  #early: [bytes: Buffer, start: number, body: number, end: number][] | undefined
  #publishes = new PublishReader(false)
  #connect: Connect | undefined

  constructor(stream: Duplex, broker: Broker, needsCredentials: boolean, onConnected: () => void) {
    this.#stream = stream
    this.#onConnected = onConnected
    this.#broker = broker
    this.#needsCredentials = needsCredentials
    this.output = new PacketOutput(stream)
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

  offer(delivery: Delivery): void {
    if (this.delivery === undefined) return
    this.delivery.offer(delivery)
    this.#broker.touched(this)
    if (this.delivery.isCongested && !this.delivery.isStalled) this.#broker.congested(this)
  }

  /** Sends what waits. */
  wake(): void {
    if (this.isClosed) return
    this.delivery?.pump()
    this.#relieve()
    this.#broker.touched(this)
  }

  /** Reads nothing more from this client until these take what waits for them, or too long has passed. */
  waitFor(others: Iterable<ClientConnection>): void {
    for (const other of others) {
      if (other === this || other.isClosed) continue
      this.#waitsFor.add(other)
      if (other.#waiters.size === 0) other.waitedForSince = performance.now()
      other.#waiters.add(this)
    }
    if (this.#waitsFor.size > 0) this.#stream.pause()
  }

  /** Whether it is not read from. */
  get isHeldUp(): boolean {
    return this.#waitsFor.size > 0 || this.#early !== undefined || this.#isUnread
  }

  /** It takes nothing: nobody waits for it any more. */
  stall(): void {
    if (this.delivery !== undefined) this.delivery.isStalled = true
    this.#letWaitersGo()
  }

  /** Ends the connection; MQTT 5 clients that are connected are told why [MQTT-4.13.1-1]. */
  end(error: PacketError): void {
    if (this.isClosed) return
    if (this.session !== undefined && this.output.isMqtt5)
      this.#tell(type.DISCONNECT, (why) => withReason([error.code], why), error.message)
    this.#close()
  }

  /** The broker has decided on a CONNECT: tells the client and takes what came meanwhile. */
  connected(session: Session, delivery: ClientDelivery, wasPresent: boolean, assignedId: string): void {
    const connect = this.#connect
    if (connect === undefined || this.isClosed) return
    this.session = session
    this.delivery = delivery
    this.output.packet(type.CONNACK << 4, accepted(connect, wasPresent, assignedId, this.#broker.limits))
    this.#splitter.largest = this.#broker.limits.packetSize
    delivery.resume()
    this.#onConnected()
  }

  /** It leaves because the broker stops: whether its client is gone is unknown. */
  dropWill(): void {
    if (this.session !== undefined) this.#broker.state.setWill(this.session, undefined)
  }

  /** Ends the connection with a client that takes nothing, not even words. */
  cut(): void {
    this.#stream.destroy()
  }

  /** Whether the client takes a packet as large as the CONNACK that lets it in. */
  takesWelcome(assignedId: string): boolean {
    const connect = this.#connect
    return (
      connect === undefined ||
      this.output.takes(accepted(connect, false, assignedId, this.#broker.limits).length)
    )
  }

  #takeChunk(chunk: Buffer): void {
    if (this.isClosed) return
    this.heardAt = performance.now()
    this.#turnEnds = this.heardAt + TURN
    this.#broker.begin()
    try {
      this.#splitter.feed(chunk)
    } catch (error) {
      this.#settleAndFail(error)
    }
    this.#broker.settle(this)
    if (this.#isUnread) this.#stream.pause()
    if (!this.isClosed) this.#broker.holdsUnfinished(this, this.#splitter.unfinished)
  }

  #takePacket(bytes: Buffer, start: number, body: number, end: number): void {
    if (this.isClosed) return
    if (this.#early !== undefined) {
      // The splitter's bytes may be reused.
      const copy = Buffer.from(bytes.subarray(start, end))
      this.#early.push([copy, 0, body - start, end - start])
      return
    }
    if (++this.#packets % LOOK === 0 && this.session !== undefined && performance.now() > this.#turnEnds)
      this.#takeRestLater()
    const first = bytes[start] as number
    const kind = first >> 4
    if (this.session === undefined) {
      if (kind !== type.CONNECT || this.#connect !== undefined)
        throw notAllowed('a packet before CONNECT was accepted')
      this.#takeConnect(bytes, start, body, end)
      return
    }
    if (this.output.isMqtt5) checkLength(bytes, start, body)
    if (kind === type.PUBLISH) {
      this.#takePublish(bytes, first, body, end)
      return
    }
    // MQTT 3.1 marks packets with bit 3 that are sent again.
    const flags = this.#connect?.version === 3 ? first & 0x7 : first & 0xf
    if (flags !== (FLAGS.get(kind) ?? 0)) throw malformed('a packet whose reserved bits are wrong')
    switch (kind) {
      case type.PUBACK:
      case type.PUBREC:
      case type.PUBREL:
      case type.PUBCOMP:
        this.#takeAcknowledgement(kind, bytes, body, end)
        break
      case type.SUBSCRIBE:
        this.#takeSubscribe(bytes, body, end)
        break
      case type.UNSUBSCRIBE:
        this.#takeUnsubscribe(bytes, body, end)
        break
      case type.PINGREQ:
        if (end > body) throw malformed('a PINGREQ that is longer than its fields')
        this.output.packet(type.PINGRESP << 4, new Uint8Array(0))
        break
      case type.DISCONNECT:
        this.#takeDisconnect(bytes, body, end)
        break
      default:
        throw notAllowed('a packet that a client may not send')
    }
  }

  #takeConnect(bytes: Buffer, start: number, body: number, end: number): void {
    const reader = new PacketReader(bytes, body, end)
    const version = readVersion(reader)
    this.output.isMqtt5 = version === 5
    if (version === 5) checkLength(bytes, start, body)
    if (((bytes[start] as number) & 0xf) !== 0) throw malformed('a packet whose reserved bits are wrong')
    const connect = decodeConnect(reader, version)
    this.#connect = connect
    this.output.packetSize = connect.packetSize
    this.#publishes = new PublishReader(version === 5)
    this.#early = []
    this.#stream.pause()
    this.#broker.admit(this, connect, this.#needsCredentials).then(
      () => this.#begin(),
      (error) => {
        this.#early = undefined
        this.#fail(error)
        this.#broker.settle(this)
      }
    )
  }

  #begin(): void {
    const early = this.#early ?? []
    this.#early = undefined
    if (this.isClosed) return
    this.#turnEnds = performance.now() + TURN
    try {
      for (const packet of early) this.#takePacket(...packet)
    } catch (error) {
      this.#settleAndFail(error)
    }
    this.#broker.settle(this)
    this.#readOn()
  }

  /** This packet is taken; those behind it wait until others had their turn. */
  #takeRestLater(): void {
    this.#early = []
    this.#stream.pause()
    setImmediate(() => this.#begin())
  }

  get #isUnread(): boolean {
    return this.output.backlog >= UNREAD
  }

  #readOn(): void {
    if (this.#waitsFor.size === 0 && this.#early === undefined) this.#stream.resume()
  }

  #takePublish(bytes: Buffer, first: number, body: number, end: number): void {
    const { session } = this
    if (session === undefined) return
    const published = this.#publishes.read(bytes, first, body, end)
    const { qos, packetId } = published
    if (qos === 2 && session.incoming.has(packetId)) {
      this.#broker.whenStored(() => this.output.acknowledge(type.PUBREC, packetId))
      return
    }
    const { isMqtt5 } = this.output
    // MQTT 3.1.1 has no such limit but the number of identifiers.
    if (qos === 2 && isMqtt5 && session.incoming.size >= this.#broker.limits.receiveMaximum)
      throw new PacketError(REASON.receiveMaximumExceeded, 'more messages at once than the receive maximum')
    const answer = qos === 1 ? type.PUBACK : type.PUBREC
    const refused =
      this.#broker.whyRefused(published) ??
      this.#broker.publish(published, session, (isHeard) => {
        if (qos > 0) this.output.acknowledge(answer, packetId, isHeard ? 0 : NO_MATCHING_SUBSCRIBERS)
      })
    if (refused === undefined) return
    // MQTT 3.1.1 has no word for it but hanging up [MQTT-3.3.5-2].
    if (!isMqtt5 || qos === 0) throw refused
    const codes = [packetId >> 8, packetId & 0xff, refused.code]
    this.#broker.whenStored(() => this.#tell(answer, (why) => withReason(codes, why), refused.message))
  }

  #takeAcknowledgement(kind: number, bytes: Buffer, body: number, end: number): void {
    const { session, delivery } = this
    if (session === undefined || delivery === undefined) return
    const { packetId, code } = decodeAcknowledgement(bytes, body, end, kind, this.output.isMqtt5)
    const { state } = this.#broker
    if (kind === type.PUBREL) {
      const isKnown = session.incoming.has(packetId)
      state.exchanges.freed(session, packetId)
      this.#broker.whenStored(() =>
        this.output.acknowledge(type.PUBCOMP, packetId, isKnown ? 0 : PACKET_ID_NOT_FOUND)
      )
      return
    }
    const inFlight = session.inFlight.get(packetId)
    const isQos2 = inFlight?.grant.qos === 2
    if (kind === type.PUBREC && code < FIRST_REFUSAL) {
      if (inFlight !== undefined && isQos2) state.exchanges.released(session, packetId, inFlight)
      const answer = isQos2 ? 0 : PACKET_ID_NOT_FOUND
      this.#broker.whenStored(() => this.output.acknowledge(type.PUBREL, packetId, answer))
      return
    }
    if (inFlight === undefined) return
    const isExpected = isQos2
      ? kind !== type.PUBACK && inFlight.released === (kind === type.PUBCOMP)
      : kind === type.PUBACK
    if (!isExpected) throw notAllowed('an acknowledgement of the wrong kind')
    delivery.acknowledged(packetId)
    delivery.pump()
    this.#relieve()
  }

  #takeSubscribe(bytes: Buffer, body: number, end: number): void {
    const { session } = this
    if (session === undefined) return
    const { version } = this.#connect ?? { version: 4 }
    const { packetId, subscriptions } = decodeSubscribe(bytes, body, end, version)
    const granted = this.#broker.subscribe(this, session, subscriptions)
    // MQTT 3.1.1 has one word for a refusal.
    const codes = this.output.isMqtt5 ? granted : granted.map((code) => Math.min(code, FIRST_REFUSAL))
    this.#broker.whenStored(() => {
      this.#answer(type.SUBACK, codesFor(packetId, this.output.isMqtt5, codes))
      this.delivery?.pump()
    })
  }

  #takeUnsubscribe(bytes: Buffer, body: number, end: number): void {
    const { session } = this
    if (session === undefined) return
    const { version } = this.#connect ?? { version: 4 }
    const { packetId, filters } = decodeUnsubscribe(bytes, body, end, version)
    const codes = this.#broker.unsubscribe(session, filters)
    const body5 = codesFor(packetId, true, codes)
    this.#broker.whenStored(() =>
      this.#answer(type.UNSUBACK, this.output.isMqtt5 ? body5 : body5.subarray(0, 2))
    )
  }

  #takeDisconnect(bytes: Buffer, body: number, end: number): void {
    const { session } = this
    if (session === undefined) return
    const { keepsWill, sessionExpiry } = decodeDisconnect(bytes, body, end, this.output.isMqtt5)
    if (sessionExpiry !== undefined) {
      if (session.expiry === 0 && sessionExpiry > 0)
        throw notAllowed('a session expiry where CONNECT had none')
      session.expiry = sessionExpiry
    }
    if (!keepsWill) this.#broker.state.setWill(session, undefined)
    // What the client sent before is answered while it can be.
    this.#broker.settle(this)
    this.#close()
  }

  /** Answers a SUBSCRIBE or UNSUBSCRIBE: a client that takes no packet of that size cannot go on [MQTT-3.1.2-24]. */
  #answer(kind: number, body: Uint8Array): void {
    if (this.output.takes(body.length)) this.output.packet(kind << 4, body)
    else this.end(new PacketError(REASON.packetTooLarge, 'the answer is too large for the client'))
  }

  /** Sends a refusal: with its reason in words where the client wants words and takes so large a packet [MQTT-3.1.2-29, MQTT-3.2.2-19]. */
  #tell(kind: number, body: (why: string) => Uint8Array | undefined, why: string): void {
    const long = this.#connect?.wantsReasons === false ? undefined : body(why)
    const told = long !== undefined && this.output.takes(long.length) ? long : body('')
    if (told !== undefined && this.output.takes(told.length)) this.output.packet(kind << 4, told)
  }

  /** What was taken before the packet that is wrong is stored and answered. */
  #settleAndFail(error: unknown): void {
    this.#broker.settle(this)
    this.#fail(error)
  }

  #fail(error: unknown): void {
    if (error instanceof PacketTooLarge) {
      this.#fail(new PacketError(REASON.packetTooLarge, error.message))
      return
    }
    if (!(error instanceof PacketError)) {
      this.end(error instanceof Error ? malformed(error.message) : malformed(String(error)))
      return
    }
    if (this.session !== undefined || this.isClosed) {
      this.end(error)
      return
    }
    if (error instanceof UnknownVersion) this.output.isMqtt5 = error.isMqtt5
    const isAnswerable = error instanceof UnknownVersion || this.#connect !== undefined || this.output.isMqtt5
    const { isMqtt5 } = this.output
    if (isAnswerable) this.#tell(type.CONNACK, (why) => turnedAway(isMqtt5, error.code, why), error.message)
    this.#close()
  }

  /** Nothing more is taken from this client; what is written to it still goes out. */
  #close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#leave()
    this.output.flush()
    this.#stream.end()
    // One that does not close its end is cut.
    setTimeout(() => this.#stream.destroy(), 1000).unref()
    this.#stream.resume()
  }

  #leave(): void {
    this.#letWaitersGo()
    for (const other of this.#waitsFor) other.#waiters.delete(this)
    this.#waitsFor.clear()
    this.#broker.left(this)
  }

  #drained(): void {
    if (this.delivery !== undefined) this.delivery.progressAt = performance.now()
    // What it sends is read in between, also where there is always more to write.
    this.#readOn()
    this.wake()
    this.#broker.settle(this)
  }

  /** Publishers that wait for this client go on once little waits for it. */
  #relieve(): void {
    const { delivery } = this
    if (delivery === undefined || delivery.isCongested) return
    delivery.isStalled = false
    this.#letWaitersGo()
  }

  #letWaitersGo(): void {
    for (const waiter of this.#waiters) {
      waiter.#waitsFor.delete(this)
      waiter.#readOn()
    }
    this.#waiters.clear()
    this.waitedForSince = Number.POSITIVE_INFINITY
  }
}

/** @throws PacketError for a remaining length of more bytes than it needs [MQTT-1.5.5-1] */
function checkLength(bytes: Buffer, start: number, body: number): void {
  if (body - start > 2 && bytes[body - 1] === 0)
    throw malformed('a remaining length of more bytes than it needs')
}
