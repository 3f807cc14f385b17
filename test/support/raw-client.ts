import { once } from 'node:events'
import { connect, type NetConnectOpts } from 'node:net'
import type { Duplex } from 'node:stream'
import { generate, type IConnectPacket, type IPublishPacket, type Packet, parser } from 'mqtt-packet'

type Command = NonNullable<Packet['cmd']>
type Of<C extends Command> = Extract<Packet, { cmd: C }>

/** A client that does exactly what a test says, packet by packet, and acknowledges nothing by itself. */
export class RawClient {
  readonly #stream: Duplex
  readonly #version: 4 | 5
  readonly #received: Packet[] = []
  #closed = false
  #waiting: (() => void)[] = []

  constructor(stream: Duplex, version: 4 | 5) {
    this.#stream = stream
    this.#version = version
    const incoming = parser({ protocolVersion: version })
    incoming.on('packet', (packet) => {
      this.#received.push(packet)
      this.#changed()
    })
    stream.on('data', (chunk: Buffer) => incoming.parse(chunk))
    stream.on('error', () => undefined)
    stream.on('close', () => {
      this.#closed = true
      this.#changed()
    })
  }

  static async open(where: NetConnectOpts, version: 4 | 5 = 5): Promise<RawClient> {
    const socket = connect(where).setNoDelay()
    await once(socket, 'connect')
    return new RawClient(socket, version)
  }

  /** Connects and sends CONNECT. The broker's answer is the first packet. */
  static async connect(
    where: NetConnectOpts,
    version: 4 | 5 = 5,
    options: Partial<IConnectPacket> = {}
  ): Promise<RawClient & { connack: Of<'connack'> }> {
    const client = await RawClient.open(where, version)
    client.send(connectPacket(version, options))
    return Object.assign(client, { connack: await client.next('connack') })
  }

  send(...packets: Packet[]): void {
    for (const packet of packets) this.sendBytes(encode(packet, this.#version))
  }

  /** Hands over each chunk of what comes from now on. */
  tap(take: (chunk: Buffer) => void): void {
    this.#stream.on('data', take)
  }

  sendBytes(bytes: Uint8Array): void {
    this.#stream.write(bytes)
  }

  /** Takes the oldest packet of this kind, once there is one; rejects if the connection ends before. */
  async next<C extends Command>(cmd: C): Promise<Of<C>> {
    for (;;) {
      const at = this.#received.findIndex((packet) => packet.cmd === cmd)
      if (at >= 0) return this.#received.splice(at, 1)[0] as Of<C>
      if (this.#closed) throw new Error(`the connection ended without ${cmd}`)
      await this.#change()
    }
  }

  get isClosed(): boolean {
    return this.#closed
  }

  async closed(): Promise<void> {
    while (!this.#closed) {
      await this.#change()
    }
  }

  /** Takes the next packets in their order, whatever they are. */
  async take(count: number): Promise<Packet[]> {
    while (this.#received.length < count) {
      if (this.#closed) throw new Error(`the connection ended with ${this.#received.length} packets`)
      await this.#change()
    }
    return this.#received.splice(0, count)
  }

  /** Waits until the broker has closed the connection, and takes all packets that came before. */
  async rest(): Promise<Packet[]> {
    await this.closed()
    return this.#received.splice(0)
  }

  /** Sends PINGREQ, waits for its answer, and takes all packets that came before the answer. */
  async untilPong(): Promise<Packet[]> {
    this.send({ cmd: 'pingreq' })
    await this.next('pingresp')
    return this.#received.splice(0)
  }

  async subscribe(...wanted: (string | { topic: string; qos?: 0 | 1 | 2; [option: string]: unknown })[]) {
    const subscriptions = wanted.map((one) =>
      typeof one === 'string' ? { topic: one, qos: 2 as const } : { qos: 2 as const, ...one }
    )
    this.send({ cmd: 'subscribe', messageId: 1, subscriptions })
    return (await this.next('suback')).granted
  }

  /** Publishes a message, and waits for the broker's last answer to it. */
  async publish(topic: string, payload = '', options: Partial<IPublishPacket> = {}): Promise<void> {
    const qos = options.qos ?? 1
    this.send({ cmd: 'publish', topic, payload, dup: false, retain: false, messageId: 7, ...options, qos })
    if (qos === 1) await this.next('puback')
    if (qos === 2) {
      await this.next('pubrec')
      this.send({ cmd: 'pubrel', messageId: options.messageId ?? 7 })
      await this.next('pubcomp')
    }
  }

  /** Takes the next message and acknowledges it. */
  async message(): Promise<IPublishPacket> {
    const packet = await this.next('publish')
    const messageId = packet.messageId ?? 0
    if (packet.qos === 1) this.send({ cmd: 'puback', messageId })
    if (packet.qos === 2) {
      this.send({ cmd: 'pubrec', messageId })
      await this.next('pubrel')
      this.send({ cmd: 'pubcomp', messageId })
    }
    return packet
  }

  /** All messages that the broker had sent until now: the client publishes a marker to itself, and takes what comes before the marker. */
  async messagesUntilNow(): Promise<IPublishPacket[]> {
    await this.subscribe({ topic: 'test/marker', qos: 1 })
    await this.publish('test/marker')
    const messages: IPublishPacket[] = []
    for (;;) {
      const message = await this.message()
      if (message.topic === 'test/marker') return messages
      messages.push(message)
    }
  }

  /** The retained messages of a subscription. The client also subscribes to a retained marker, which comes after them. */
  async retained(topic: string, options: { [option: string]: unknown } = {}): Promise<IPublishPacket[]> {
    await this.publish('test/kept-marker', 'x', { retain: true })
    await this.subscribe({ topic, ...options }, 'test/kept-marker')
    const messages: IPublishPacket[] = []
    for (;;) {
      const message = await this.message()
      if (message.topic === 'test/kept-marker') break
      messages.push(message)
    }
    this.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['test/kept-marker'] })
    await this.next('unsuback')
    return messages
  }

  /** Sends DISCONNECT, after which the broker publishes no will. */
  async disconnect(): Promise<void> {
    this.send({ cmd: 'disconnect' })
    await this.closed()
  }

  /** Resolves at the next packet, or when the connection ends. */
  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #changed(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Sends nothing more, and waits until the broker has closed the connection, too. */
  async end(): Promise<void> {
    this.#stream.end()
    await this.closed()
  }

  /** Reads nothing more. */
  pause(): void {
    this.#stream.pause()
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#stream.destroy()
  }
}

export function connectPacket(version: 4 | 5, options: Partial<IConnectPacket> = {}): IConnectPacket {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: version,
    clean: true,
    clientId: '',
    keepalive: 0,
    ...options
  }
}

export function encode(packet: Packet, version: 4 | 5): Buffer {
  return generate(packet, { protocolVersion: version })
}
