import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import type { Content } from './amqp-content.js'
import { flag, type Table } from './amqp-fields.js'
import { AmqpLink } from './amqp-link.js'
import type { Arguments, Method, MethodName, MethodNamed } from './amqp-methods.js'
import { PROTOCOL_HEADER } from './amqp-peer.js'

/** A method that came, with its channel and its content. */
export interface Arrived<M extends Method = Method> {
  readonly channel: number
  readonly method: M
  readonly content: Content | undefined
}

export interface AmqpClientOptions {
  /** PEM texts, for amqps. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
  readonly mechanism?: 'PLAIN' | 'EXTERNAL'
  /** Seconds; 0, which is none, by default: the client sends none. */
  readonly heartbeat?: number
}

const CAPABILITIES: Table = [
  [
    'capabilities',
    {
      type: 'F',
      value: [
        ['authentication_failure_close', flag(true)],
        ['connection.blocked', flag(true)],
        ['consumer_cancel_notify', flag(true)]
      ]
    }
  ]
]

/** The broker has closed a channel or the connection, or it has cut the connection (code 0). */
export class AmqpClosed extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** A client that shows every method as it came. With it a test asks a broker what it has got; nothing of `src` is used. */
export class AmqpClient {
  /** Everything that came, in order. */
  readonly arrived: Arrived[] = []
  readonly #socket: Socket
  readonly #link: AmqpLink
  readonly #taken = new Set<Arrived>()
  readonly #waiting = new Set<() => void>()
  #gone = false

  constructor(socket: Socket) {
    this.#socket = socket
    this.#link = new AmqpLink((bytes) => socket.write(bytes), {
      onMethod: (channel, method, content) => {
        this.arrived.push({ channel, method, content })
        this.#look()
      }
    })
    socket.on('data', (chunk) => this.#link.feed(chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#gone = true
      this.#look()
    })
  }

  send<N extends MethodName>(channel: number, name: N, args: Partial<Arguments<N>> = {}, carried?: Content) {
    this.#link.send(channel, name, args, carried)
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /**
   * Resolves with the next method of one of these names on the channel, which may have come already. Each is handed out once. Rejects
   * with `AmqpClosed` if the broker closes the channel or the connection instead.
   */
  next<N extends MethodName>(channel: number, ...names: readonly N[]): Promise<Arrived<MethodNamed<N>>> {
    const isWanted = (each: Arrived): each is Arrived<MethodNamed<N>> =>
      each.channel === channel && names.some((name) => name === each.method.name)
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.arrived.find(
          (each): each is Arrived<MethodNamed<N>> => !this.#taken.has(each) && isWanted(each)
        )
        const end = found === undefined ? this.#endOf(channel) : undefined
        if (found === undefined && end === undefined) return
        this.#waiting.delete(look)
        if (found === undefined) return reject(end)
        this.#taken.add(found)
        resolve(found)
      }
      this.#waiting.add(look)
      look()
    })
  }

  /** Sends a method and resolves with the answer, which has the same name and `-ok`. */
  async ask<N extends MethodName & `${string}-ok`>(
    channel: number,
    name: MethodName,
    args: Partial<Arguments<MethodName>>,
    answer: N
  ): Promise<Arguments<N>> {
    this.#link.send(channel, name, args)
    const { method }: Arrived = await this.next(channel, answer)
    return method.args as Arguments<N>
  }

  /** Opens a channel. */
  async channel(number = 1): Promise<number> {
    await this.ask(number, 'channel.open', {}, 'channel.open-ok')
    return number
  }

  /** Takes one message out of a queue; undefined if there is none. */
  async get(queue: string, channel = 1): Promise<Arrived<MethodNamed<'basic.get-ok'>> | undefined> {
    this.send(channel, 'basic.get', { queue, noAck: true })
    const { method, content } = await this.next(channel, 'basic.get-ok', 'basic.get-empty')
    return method.name === 'basic.get-ok' ? { channel, method, content } : undefined
  }

  async close(): Promise<void> {
    if (this.#gone) return
    // Not `once`, which rejects if the broker answers with a reset: that is an end, too.
    const closed = new Promise((resolve) => this.#socket.once('close', resolve))
    this.send(0, 'connection.close', { replyCode: 200, replyText: 'bye' })
    this.#socket.end()
    await closed
  }

  cut(): void {
    this.#socket.destroy()
  }

  #endOf(channel: number): AmqpClosed | undefined {
    for (const { channel: where, method } of this.arrived)
      if (
        method.name === 'connection.close' ||
        (method.name === 'channel.close' && (where === channel || channel === 0))
      )
        return new AmqpClosed(method.args.replyCode, method.args.replyText)
    return this.#gone ? new AmqpClosed(0, 'the connection was cut') : undefined
  }

  #look(): void {
    for (const look of this.#waiting) look()
  }
}

/** Connects and logs in; user, password and virtual host are in the URL. Rejects with `AmqpClosed`. */
export async function openAmqpClient(url: string, options: AmqpClientOptions = {}): Promise<AmqpClient> {
  const { protocol, hostname, port, username, password, pathname } = new URL(url)
  const where = { host: hostname, port: Number(port) }
  const socket =
    protocol === 'amqps:'
      ? connectSecurely({ ...where, ...options.tls, servername: 'localhost' })
      : connect({ ...where, noDelay: true })
  await once(socket, protocol === 'amqps:' ? 'secureConnect' : 'connect')
  const client = new AmqpClient(socket)
  socket.write(PROTOCOL_HEADER)
  await client.next(0, 'connection.start')
  const { mechanism = 'PLAIN', heartbeat = 0 } = options
  const name = decodeURIComponent(username || 'guest')
  const secret = decodeURIComponent(password || 'guest')
  client.send(0, 'connection.start-ok', {
    clientProperties: CAPABILITIES,
    mechanism,
    response: Buffer.from(mechanism === 'PLAIN' ? `\0${name}\0${secret}` : ''),
    locale: 'en_US'
  })
  const { method } = await client.next(0, 'connection.tune')
  client.send(0, 'connection.tune-ok', { ...method.args, heartbeat })
  client.send(0, 'connection.open', { virtualHost: decodeURIComponent(pathname.slice(1)) || '/' })
  await client.next(0, 'connection.open-ok')
  return client
}
