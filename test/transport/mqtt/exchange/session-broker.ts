import type { IPublishPacket, Packet } from 'mqtt-packet'
import { publishPacket, type ScriptedLine, settle } from './scripted-line.js'

/** A message that the broker is to send. */
export interface Outgoing {
  readonly channel: string
  readonly qos: 0 | 1 | 2
}

/** A message that it has sent; its payload is its number. */
export interface Sent extends Outgoing {
  readonly number: number
  /** 0 at QoS 0. */
  readonly id: number
}

/** Few, so that they are used again soon. */
const IDENTIFIERS = [1, 2, 3, 4, 5, 6]

/**
 * The sending side of a broker's session, over any number of connections: it sends again with DUP what was not acknowledged when a
 * connection ended, and repeats PUBREL [MQTT-4.4.0-1]. It notes each acknowledgement that comes too early or is owed for nothing.
 */
export class SessionBroker {
  line: ScriptedLine
  readonly sent: Sent[] = []
  /** What it will not send again, because it has forgotten the session. */
  readonly forgotten = new Set<number>()
  readonly wrongs: string[] = []
  readonly #isTaken: (message: Sent) => boolean
  #inFlight: { readonly message: Sent; isReceived: boolean }[] = []
  #read = 0

  constructor(line: ScriptedLine, isTaken: (message: Sent) => boolean) {
    this.line = line
    this.#isTaken = isTaken
  }

  /** How many messages are not acknowledged to their end. */
  get inFlight(): number {
    return this.#inFlight.length
  }

  async send(messages: readonly Outgoing[]): Promise<void> {
    const packets = this.#packetsOf(messages)
    if (packets.length > 0) this.line.feed(...packets)
    await this.listen()
  }

  /** Takes the acknowledgements that have come, and answers them, until there are no more. */
  async listen(): Promise<void> {
    await settle()
    while (this.#read < this.line.sent.length) {
      const packets = this.line.sent.slice(this.#read)
      this.#read += packets.length
      const answers = packets.flatMap((packet) => this.#take(packet))
      if (answers.length > 0) this.line.feed(...answers)
      await settle()
    }
  }

  /** Ends the connection. Acknowledgements that were written and not yet read may get lost with it. */
  async cut(areAcknowledgementsLost: boolean): Promise<void> {
    if (!areAcknowledgementsLost) await this.listen()
    await this.line.cut()
  }

  /** Accepts a new connection; what was in flight and `messages` are in the chunk of the CONNACK. */
  async accept(sessionPresent: boolean, messages: readonly Outgoing[]): Promise<void> {
    this.#read = 0
    if (!sessionPresent) {
      for (const { message } of this.#inFlight) this.forgotten.add(message.number)
      this.#inFlight = []
    }
    const again = this.#inFlight.map(({ message, isReceived }): Packet => {
      return isReceived ? pubrel(message.id) : packetOf(message, true)
    })
    await this.line.connect({ sessionPresent }, ...again, ...this.#packetsOf(messages))
    await this.listen()
  }

  #packetsOf(messages: readonly Outgoing[]): Packet[] {
    return messages.flatMap(({ channel, qos }) => {
      const free = IDENTIFIERS.find((id) => !this.#inFlight.some(({ message }) => message.id === id))
      if (qos > 0 && free === undefined) return []
      const message = { number: this.sent.length, channel, qos, id: qos === 0 ? 0 : (free ?? 0) }
      this.sent.push(message)
      if (qos > 0) this.#inFlight.push({ message, isReceived: false })
      return [packetOf(message, false)]
    })
  }

  #take(packet: Packet): Packet[] {
    const { cmd, messageId = 0 } = packet
    const flight = this.#inFlight.find(({ message }) => message.id === messageId)
    const expected = flight === undefined ? 'nothing' : expectedFor(flight)
    if (cmd !== expected || flight === undefined) {
      this.wrongs.push(`${cmd} ${messageId} in place of ${expected}`)
      return []
    }
    if (cmd !== 'pubcomp' && !this.#isTaken(flight.message))
      this.wrongs.push(`message ${flight.message.number} was acknowledged before it was taken`)
    if (cmd === 'pubrec') {
      flight.isReceived = true
      return [pubrel(messageId)]
    }
    this.#inFlight = this.#inFlight.filter((other) => other !== flight)
    return []
  }
}

function expectedFor({ message, isReceived }: { message: Sent; isReceived: boolean }): Packet['cmd'] {
  if (message.qos === 1) return 'puback'
  return isReceived ? 'pubcomp' : 'pubrec'
}

const pubrel = (messageId: number): Packet => ({ cmd: 'pubrel', messageId, reasonCode: 0 })

function packetOf({ number, channel, qos, id }: Sent, dup: boolean): Packet {
  const flags: Partial<IPublishPacket> = qos === 0 ? {} : { messageId: id, dup }
  return publishPacket(String(number), { topic: channel, qos, ...flags })
}
