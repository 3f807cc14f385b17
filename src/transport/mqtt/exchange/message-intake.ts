import type { MqttVersion } from '../connect-packet.js'
import { REASON } from '../reason-codes.js'
import { decodeAcknowledgement } from './acknowledgement.js'
import type { Inbox } from './inbox.js'
import { PUBACK, PUBCOMP, PUBLISH, PUBREC, PUBREL } from './packet-types.js'
import type { PacketWriter } from './packet-writer.js'
import { ProtocolError } from './protocol-error.js'
import { PublishDecoder } from './publish-decoder.js'
import type { Publisher } from './publisher.js'

/** Where the packets go, and what is said in them. */
export interface IntakeParts {
  readonly protocol: MqttVersion
  readonly topicAliasMaximum: number
  readonly publisher: Publisher
  readonly inbox: Inbox
}

/** Takes in the packets of one network connection that exchange messages: messages for the inbox, acknowledgements for the publisher. */
export class MessageIntake {
  /** How many packets came in. */
  exchanged = 0
  /** How many of them were messages. */
  messages = 0
  readonly #parts: IntakeParts
  readonly #writer: PacketWriter
  readonly #decoder: PublishDecoder

  constructor(parts: IntakeParts, writer: PacketWriter) {
    this.#parts = parts
    this.#writer = writer
    this.#decoder = new PublishDecoder(parts.protocol, parts.topicAliasMaximum)
  }

  /**
   * Takes one whole packet, whose body is `bytes[body..end]`: PUBLISH, PUBACK, PUBREC, PUBREL or PUBCOMP.
   * @param first the packet's first byte
   * @param time when it came, in microseconds since 1970-01-01 UTC
   * @throws ProtocolError for what a broker may not send
   */
  take(bytes: Buffer, first: number, body: number, end: number, time: number): void {
    this.exchanged++
    const type = first >> 4
    if (type === PUBLISH) {
      this.messages++
      const message = this.#decoder.decode(bytes, first, body, end, time)
      this.#parts.inbox.add(message, this.#decoder.id, this.#writer)
    } else {
      this.#takeAcknowledgement(type, first & 0x0f, bytes, body, end)
    }
  }

  #takeAcknowledgement(type: number, flags: number, bytes: Buffer, body: number, end: number): void {
    if (flags !== (type === PUBREL ? 2 : 0)) throw new ProtocolError('an acknowledgement with illegal flags')
    const { publisher, protocol } = this.#parts
    const { id, code, text } = decodeAcknowledgement(bytes, body, end, protocol)
    if (type === PUBACK) publisher.puback(id, code, text)
    else if (type === PUBREC) publisher.pubrec(id, code, text)
    else if (type === PUBCOMP) publisher.pubcomp(id, code, text)
    else this.#complete(id)
  }

  #complete(id: number): void {
    const { inbox, protocol } = this.#parts
    const known = inbox.release(id)
    this.#writer.acknowledge(PUBCOMP, id, known || protocol !== '5' ? 0 : REASON.packetIdentifierNotFound)
  }
}
