import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import type { FakeChannel, PublishedMessage } from './amqp-channel.js'
import type { AmqpFaults } from './amqp-faults.js'
import { AmqpPeer } from './amqp-peer.js'
import type { FakeQueue } from './amqp-queue.js'
import { FakeVirtualHost } from './amqp-virtual-host.js'
import { listenLocally } from './listen-locally.js'

export interface AmqpServerSettings {
  /** What the server answers to every protocol header, and then ends: AMQP_1_0 for a broker that speaks AMQP 1.0 only. */
  readonly answerToHeader?: Uint8Array
  /** The names of the mechanisms, divided by spaces. */
  readonly mechanisms: string
  /** The password of each user. */
  readonly users: ReadonlyMap<string, string>
  readonly virtualHosts: readonly string[]
  /** The name of the cluster, if the server tells one. */
  readonly cluster?: string
  /** What the server proposes: channels, bytes of a frame, seconds of a heartbeat. */
  readonly tune: {
    readonly channelMax: number
    readonly frameMax: number
    readonly heartbeat: number
  }
}

/** The headers with which brokers answer that speak AMQP 1.0 only: without and with SASL. */
export const AMQP_1_0 = Buffer.from('AMQP\0\x01\0\0', 'latin1')
export const AMQP_1_0_SASL = Buffer.from('AMQP\x03\x01\0\0', 'latin1')

/** RabbitMQ's own figures. */
const SETTINGS: AmqpServerSettings = {
  mechanisms: 'PLAIN AMQPLAIN',
  users: new Map([['guest', 'guest']]),
  virtualHosts: ['/'],
  tune: { channelMax: 2047, frameMax: 131_072, heartbeat: 60 }
}

/** What connections use of their server. */
export interface ServerSide {
  readonly settings: AmqpServerSettings
  readonly virtualHosts: ReadonlyMap<string, FakeVirtualHost>
  /** Why publishers are blocked; undefined if they are not. */
  readonly alarm: string | undefined
  published(message: PublishedMessage): void
  everyChannel(): FakeChannel[]
  gone(peer: AmqpPeer): void
  /** Something has happened that a test may wait for. */
  wake(): void
}

/**
 * A small server of AMQP 0-9-1 in this process, for tests that need no RabbitMQ, and for what RabbitMQ never does. It knows exchanges,
 * bindings, queues, streams, confirms, prefetch and acknowledgements, and no permissions, limits, dead letters or transactions.
 */
export class AmqpServer implements ServerSide {
  readonly settings: AmqpServerSettings
  readonly faults: AmqpFaults
  readonly virtualHosts: ReadonlyMap<string, FakeVirtualHost>
  /** All connections so far, with those that are gone. */
  readonly peers: AmqpPeer[] = []
  /** All messages that clients have published, in order. */
  readonly messages: PublishedMessage[] = []
  readonly #present = new Set<AmqpPeer>()
  readonly #waiting = new Set<() => void>()
  #server: Server
  #port = 0
  #alarm: string | undefined
  #isStopped = false

  constructor(settings: Partial<AmqpServerSettings>, faults: AmqpFaults) {
    this.settings = { ...SETTINGS, ...settings }
    this.faults = faults
    this.virtualHosts = new Map(this.settings.virtualHosts.map((name) => [name, new FakeVirtualHost(name)]))
    this.#server = this.#newServer()
  }

  get port(): number {
    return this.#port
  }

  /** With the user guest and the virtual host `/`. */
  get url(): string {
    return `amqp://guest:guest@127.0.0.1:${this.#port}/%2F`
  }

  get alarm(): string | undefined {
    return this.#alarm
  }

  /** The queue of this name in the virtual host `/`. */
  queue(name: string): FakeQueue | undefined {
    return this.virtualHosts.get('/')?.queues.get(name)
  }

  /** Blocks those that publish, as RabbitMQ does that runs out of memory or disk. */
  block(reason: string): void {
    this.#alarm = reason
    for (const peer of this.#present) peer.blockIfNeeded()
  }

  unblock(): void {
    this.#alarm = undefined
    for (const peer of this.#present) peer.unblock()
  }

  /** Resolves once this is so; rejects if the server is stopped before. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (isSo()) resolve()
        else if (this.#isStopped) reject(new Error('the server was stopped before this was so'))
        else return
        this.#waiting.delete(look)
      }
      this.#waiting.add(look)
      look()
    })
  }

  /** Resolves with all messages once there are so many. */
  async hasPublished(count: number): Promise<readonly PublishedMessage[]> {
    await this.until(() => this.messages.length >= count)
    return this.messages
  }

  /** Cuts all connections. */
  cut(): void {
    for (const peer of this.#present) peer.cut()
  }

  /** Refuses connections and cuts those there are. Queues and messages stay. */
  async interrupt(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.cut()
    await closed
  }

  /** Listens again, on the same port. */
  async listen(): Promise<void> {
    if (this.#port === 0) {
      this.#port = await listenLocally(this.#server)
      return
    }
    this.#server = this.#newServer()
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.wake()
    if (this.#server.listening) await this.interrupt()
  }

  published(message: PublishedMessage): void {
    this.messages.push(message)
  }

  everyChannel(): FakeChannel[] {
    return [...this.#present].flatMap(({ channels }) => [...channels.values()])
  }

  gone(peer: AmqpPeer): void {
    this.#present.delete(peer)
    this.wake()
  }

  wake(): void {
    for (const look of this.#waiting) look()
  }

  #newServer(): Server {
    return createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      const peer = new AmqpPeer(socket, this.peers.length, this, this.faults)
      this.peers.push(peer)
      this.#present.add(peer)
      this.wake()
    })
  }
}

/** Starts a server on a free port. The test stops it. */
export async function startAmqpServer(
  settings: Partial<AmqpServerSettings> = {},
  faults: AmqpFaults = {}
): Promise<AmqpServer> {
  const server = new AmqpServer(settings, faults)
  await server.listen()
  return server
}
