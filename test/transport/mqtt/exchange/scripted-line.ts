import { Duplex } from 'node:stream'
import mqttPacket, { type IPublishPacket, type Packet } from 'mqtt-packet'
import { type Message, payloadBytes } from '../../../../src/core/message.js'
import type {
  ExchangeLimits,
  ExchangeOptions
} from '../../../../src/transport/mqtt/exchange/exchange-options.js'
import { MessageExchange } from '../../../../src/transport/mqtt/exchange/message-exchange.js'

/** The network in memory: what the broker sends is fed, what we send is kept; the test says when a write is taken. */
export class ScriptedSocket extends Duplex {
  readonly writes: Buffer[] = []
  /** The memory that each write was handed over in. */
  readonly handedOver: ArrayBufferLike[] = []
  /** While true, the socket takes nothing: write callbacks wait. */
  stalled = false
  #waiting: (() => void)[] = []
  reads = 0

  override _read(): void {
    this.reads++
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.writes.push(Buffer.from(chunk))
    this.handedOver.push(chunk.buffer)
    if (this.stalled) this.#waiting.push(done)
    else done()
  }

  release(): void {
    this.stalled = false
    for (const done of this.#waiting.splice(0)) done()
  }

  get sent(): Buffer {
    return Buffer.concat(this.writes)
  }
}

export type Protocol = '3.1.1' | '5'

/** What mqtt-packet, as an independent witness, makes of bytes that a client sent. */
export function parsePackets(bytes: Buffer, protocol: Protocol = '5'): Packet[] {
  const packets: Packet[] = []
  const parser = mqttPacket.parser({ protocolVersion: protocol === '5' ? 5 : 4 })
  parser.on('packet', (packet: Packet) => packets.push(packet))
  parser.on('error', (error: Error) => {
    throw error
  })
  parser.parse(bytes)
  return packets
}

export function encodePacket(packet: Packet, protocol: Protocol = '5'): Buffer {
  return mqttPacket.generate(packet, { protocolVersion: protocol === '5' ? 5 : 4 })
}

/** Waits for a fact. */
export async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await new Promise((resolve) => setImmediate(resolve))
}

/** Lets everything happen that is going to happen by itself. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise((resolve) => setImmediate(resolve))
}

export function message(
  channel: string,
  payload: string | Uint8Array,
  { retain = false, ...facts }: Partial<Message> & { readonly retain?: boolean } = {}
): Message {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
  return { channel, payload: bytes, headers: [], guarantee: 1, mqtt: { retain }, ...facts }
}

/** A PUBLISH of the broker's; of QoS 0 unless told otherwise. */
export const publishPacket = (payload: string, more: Partial<IPublishPacket> = {}): Packet => ({
  cmd: 'publish',
  topic: 't',
  payload,
  qos: 0,
  dup: false,
  retain: false,
  ...more
})

export const textOf = (message: Message): string => Buffer.from(payloadBytes(message)).toString()

/** One exchange with a broker played by the test, over any number of network connections. */
export class ScriptedLine {
  readonly protocolErrors: string[] = []
  readonly receiverErrors: unknown[] = []
  readonly notices: string[] = []
  readonly exchange: MessageExchange
  readonly protocol: Protocol
  /** What mqtt.js would have got. */
  passed: Buffer[] = []
  socket = new ScriptedSocket()
  stream: Duplex = this.socket

  constructor(protocol: Protocol = '5', options: Partial<ExchangeOptions> = {}) {
    this.protocol = protocol
    this.exchange = new MessageExchange({
      onProtocolError: (reason) => this.protocolErrors.push(reason),
      onReceiverFailed: (error) => this.receiverErrors.push(error),
      onNotice: (text) => this.notices.push(text),
      ...options
    })
  }

  /** Opens a network connection and accepts it; the packets follow the CONNACK in its chunk, so that they are read at once. */
  async connect(terms: Partial<ExchangeLimits> = {}, ...packets: Packet[]): Promise<this> {
    const full: ExchangeLimits = { sessionPresent: false, ...terms }
    this.socket = new ScriptedSocket()
    this.passed = []
    this.stream = this.exchange.openStream(this.socket, this.protocol)
    this.stream.on('data', (bytes: Buffer) => this.passed.push(bytes))
    this.stream.on('error', () => {})
    const { sessionPresent } = full
    this.feed({ cmd: 'connack', sessionPresent, returnCode: 0, reasonCode: 0 } as Packet, ...packets)
    await until(() => this.passed.length > 0)
    this.exchange.resume(full)
    await settle()
    return this
  }

  feed(...packets: (Packet | Buffer)[]): void {
    const bytes = packets.map((packet) =>
      Buffer.isBuffer(packet) ? packet : encodePacket(packet, this.protocol)
    )
    this.socket.push(Buffer.concat(bytes))
  }

  async cut(): Promise<void> {
    this.socket.destroy()
    await settle()
  }

  /** The broker closes its side, as brokers do over what they cannot take; after a DISCONNECT with a reason, if one is given. */
  async closeByBroker(reasonCode?: number): Promise<void> {
    if (reasonCode !== undefined) this.feed({ cmd: 'disconnect', reasonCode })
    this.socket.push(null)
    await until(() => this.stream.readableEnded)
    await this.cut()
  }

  /** What we sent on this network connection. */
  get sent(): Packet[] {
    return parsePackets(this.socket.sent, this.protocol)
  }

  /** The same in short: "publish 1 a", "publish 1 a dup", "pubrel 1". */
  get sentInShort(): string[] {
    return this.sent.map((packet) => {
      const id = packet.messageId === undefined ? '' : ` ${packet.messageId}`
      if (packet.cmd !== 'publish') return `${packet.cmd}${id}`
      return `publish${id} ${packet.payload.toString()}${packet.dup ? ' dup' : ''}`
    })
  }
}
