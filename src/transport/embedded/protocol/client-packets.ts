import { FIRST_REFUSAL, NO_MATCHING_SUBSCRIBERS, REASON } from '../../mqtt/reason-codes.js'
import type { Broker } from '../broker/broker.js'
import type { Session } from '../state/session.js'
import { decodeAcknowledgement } from './acknowledgement-packet.js'
import { codesFor, withReason } from './answers.js'
import type { ClientConnection } from './client-connection.js'
import type { ClientDelivery } from './client-delivery.js'
import type { Connect } from './connect-packet.js'
import { decodeDisconnect } from './disconnect-packet.js'
import { malformed, notAllowed, PacketError } from './packet-error.js'
import type { PacketOutput } from './packet-output.js'
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
const NOTHING = new Uint8Array(0)

/** Takes and answers the packets of a client that was let in. What changes the broker's state is answered once it is stored. */
export class ClientPackets {
  readonly #connection: ClientConnection
  readonly #broker: Broker
  readonly #connect: Connect
  readonly #session: Session
  readonly #delivery: ClientDelivery
  readonly #output: PacketOutput
  readonly #publishes: PublishReader

  constructor(
    connection: ClientConnection,
    broker: Broker,
    connect: Connect,
    session: Session,
    delivery: ClientDelivery
  ) {
    this.#connection = connection
    this.#broker = broker
    this.#connect = connect
    this.#session = session
    this.#delivery = delivery
    this.#output = connection.output
    this.#publishes = new PublishReader(connect.version === 5)
  }

  /**
   * Takes a packet whose body is `bytes[body..end]`.
   * @param first its first byte
   * @throws PacketError for what the client may not send
   */
  take(first: number, bytes: Buffer, body: number, end: number): void {
    const kind = first >> 4
    if (kind === type.PUBLISH) {
      this.#takePublish(bytes, first, body, end)
      return
    }
    // MQTT 3.1 marks packets with bit 3 that are sent again.
    const flags = this.#connect.version === 3 ? first & 0x7 : first & 0xf
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
        this.#output.packet(type.PINGRESP << 4, NOTHING)
        break
      case type.DISCONNECT:
        this.#takeDisconnect(bytes, body, end)
        break
      default:
        throw notAllowed('a packet that a client may not send')
    }
  }

  #takePublish(bytes: Buffer, first: number, body: number, end: number): void {
    const session = this.#session
    const { turn, publishing, limits } = this.#broker
    const output = this.#output
    const published = this.#publishes.read(bytes, first, body, end)
    const { qos, packetId } = published
    if (qos === 2 && session.incoming.has(packetId)) {
      turn.whenStored(() => output.acknowledge(type.PUBREC, packetId))
      return
    }
    // MQTT 3.1.1 has no such limit but the number of identifiers.
    if (qos === 2 && output.isMqtt5 && session.incoming.size >= limits.receiveMaximum)
      throw new PacketError(REASON.receiveMaximumExceeded, 'more messages at once than the receive maximum')
    const answer = qos === 1 ? type.PUBACK : type.PUBREC
    const refused =
      publishing.whyRefused(published) ??
      publishing.publish(published, session, (isHeard) => {
        if (qos > 0) output.acknowledge(answer, packetId, isHeard ? 0 : NO_MATCHING_SUBSCRIBERS)
      })
    if (refused === undefined) return
    // MQTT 3.1.1 has no word for it but hanging up [MQTT-3.3.5-2].
    if (!output.isMqtt5 || qos === 0) throw refused
    const codes = [packetId >> 8, packetId & 0xff, refused.code]
    const { answers } = this.#connection
    turn.whenStored(() => answers.refuse(answer, (why) => withReason(codes, why), refused.message))
  }

  #takeAcknowledgement(kind: number, bytes: Buffer, body: number, end: number): void {
    const session = this.#session
    const { turn, state } = this.#broker
    const output = this.#output
    const { packetId, code } = decodeAcknowledgement(bytes, body, end, kind, output.isMqtt5)
    if (kind === type.PUBREL) {
      const isKnown = session.incoming.has(packetId)
      state.exchanges.freed(session, packetId)
      turn.whenStored(() => output.acknowledge(type.PUBCOMP, packetId, isKnown ? 0 : PACKET_ID_NOT_FOUND))
      return
    }
    const inFlight = session.inFlight.get(packetId)
    const isQos2 = inFlight?.grant.qos === 2
    if (kind === type.PUBREC && code < FIRST_REFUSAL) {
      if (inFlight !== undefined && isQos2) state.exchanges.released(session, packetId, inFlight)
      const answer = isQos2 ? 0 : PACKET_ID_NOT_FOUND
      turn.whenStored(() => output.acknowledge(type.PUBREL, packetId, answer))
      return
    }
    if (inFlight === undefined) return
    const isExpected = isQos2
      ? kind !== type.PUBACK && inFlight.released === (kind === type.PUBCOMP)
      : kind === type.PUBACK
    if (!isExpected) throw notAllowed('an acknowledgement of the wrong kind')
    this.#delivery.acknowledged(packetId)
    this.#delivery.pump()
    this.#connection.relieve()
  }

  #takeSubscribe(bytes: Buffer, body: number, end: number): void {
    const { isMqtt5 } = this.#output
    const { packetId, subscriptions } = decodeSubscribe(bytes, body, end, this.#connect.version)
    const granted = this.#broker.subscribing.subscribe(this.#session, this.#delivery, subscriptions)
    // MQTT 3.1.1 has one word for a refusal.
    const codes = isMqtt5 ? granted : granted.map((code) => Math.min(code, FIRST_REFUSAL))
    this.#broker.turn.whenStored(() => {
      this.#answer(type.SUBACK, codesFor(packetId, isMqtt5, codes))
      this.#delivery.pump()
    })
  }

  #takeUnsubscribe(bytes: Buffer, body: number, end: number): void {
    const { packetId, filters } = decodeUnsubscribe(bytes, body, end, this.#connect.version)
    const codes = codesFor(packetId, true, this.#broker.subscribing.unsubscribe(this.#session, filters))
    const answer = this.#output.isMqtt5 ? codes : codes.subarray(0, 2)
    this.#broker.turn.whenStored(() => this.#answer(type.UNSUBACK, answer))
  }

  #takeDisconnect(bytes: Buffer, body: number, end: number): void {
    const session = this.#session
    const { keepsWill, sessionExpiry } = decodeDisconnect(bytes, body, end, this.#output.isMqtt5)
    if (sessionExpiry !== undefined) {
      if (session.expiry === 0 && sessionExpiry > 0)
        throw notAllowed('a session expiry where CONNECT had none')
      session.expiry = sessionExpiry
    }
    if (!keepsWill) this.#broker.state.setWill(session, undefined)
    // What the client sent before is answered while it can be.
    this.#broker.turn.settle(this.#connection)
    this.#connection.close()
  }

  /** A client that takes no packet of that size cannot go on [MQTT-3.1.2-24]. */
  #answer(kind: number, body: Uint8Array): void {
    if (!this.#connection.answers.answer(kind, body))
      this.#connection.end(new PacketError(REASON.packetTooLarge, 'the answer is too large for the client'))
  }
}
