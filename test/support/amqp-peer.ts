import type { Socket } from 'node:net'
import { FakeChannel, type PublishedMessage } from './amqp-channel.js'
import type { Content } from './amqp-content.js'
import { type AmqpFaults, type Confirmation, FaultyOutput } from './amqp-faults.js'
import { fieldOf, flag, MalformedBytes, type Table, text } from './amqp-fields.js'
import { AmqpLink, heartbeatFrame } from './amqp-link.js'
import {
  type Arguments,
  type Method,
  type MethodName,
  type MethodNamed,
  numbersOf,
  UnknownMethod
} from './amqp-methods.js'
import { Pulse } from './amqp-pulse.js'
import type { FakeQueue } from './amqp-queue.js'
import type { AmqpServerSettings, ServerSide } from './amqp-server.js'
import { AmqpRefusal, type FakeVirtualHost } from './amqp-virtual-host.js'

export const PROTOCOL_HEADER = Buffer.from('AMQP\0\0\x09\x01', 'latin1')

const SERVER_PROPERTIES: Table = [
  [
    'capabilities',
    {
      type: 'F',
      value: [
        ['publisher_confirms', flag(true)],
        ['exchange_exchange_bindings', flag(true)],
        ['basic.nack', flag(true)],
        ['consumer_cancel_notify', flag(true)],
        ['connection.blocked', flag(true)],
        ['consumer_priorities', flag(true)],
        ['authentication_failure_close', flag(true)],
        ['per_consumer_qos', flag(true)],
        ['direct_reply_to', flag(true)]
      ]
    }
  ],
  ['product', text('fake')],
  ['version', text('0.0.0')]
]

const named = (cluster: string): Table[number] => ['cluster_name', text(cluster)]

/** One connection as the server sees it. */
export class AmqpPeer {
  readonly socket: Socket
  /** The number of the connection, counted from 0. */
  readonly index: number
  /** The methods that came, in order, with their channels. */
  readonly received: { readonly channel: number; readonly method: Method }[] = []
  readonly channels = new Map<number, FakeChannel>()
  heartbeatsReceived = 0
  clientProperties: Table = []
  user = ''
  tuned: Arguments<'connection.tune-ok'> = { channelMax: 0, frameMax: 0, heartbeat: 0 }
  virtualHost: FakeVirtualHost | undefined
  /** Whether the server has told it that it is blocked. */
  isBlocked = false
  readonly #server: ServerSide
  readonly #settings: AmqpServerSettings
  readonly #faults: AmqpFaults
  readonly #output: FaultyOutput
  readonly #link: AmqpLink
  #header = Buffer.alloc(0)
  #bytesReceived = 0
  #hasHeader = false
  #isClosing = false
  #hasPublished = false
  readonly #pulse: Pulse

  constructor(socket: Socket, index: number, server: ServerSide, faults: AmqpFaults) {
    this.socket = socket
    this.index = index
    this.#server = server
    this.#settings = server.settings
    this.#faults = faults
    this.#output = new FaultyOutput(socket, faults)
    this.#pulse = new Pulse({
      beat: () => faults.heartbeats !== false && this.#output.frame(heartbeatFrame()),
      // A client that is blocked is not read from.
      silent: () => this.isBlocked || this.cut()
    })
    this.#link = new AmqpLink((bytes) => this.#output.frame(bytes), {
      onMethod: (channel, method, carried) => this.#take(channel, method, carried),
      onHeartbeat: () => {
        this.heartbeatsReceived++
        server.wake()
      }
    })
    socket.on('data', (chunk) => this.#feed(chunk))
    socket.on('error', () => undefined)
    socket.on('end', () => this.#output.end())
    socket.on('close', () => this.#gone())
  }

  send<N extends MethodName>(
    channel: number,
    name: N,
    args: Partial<Arguments<N>> = {},
    carried?: Content
  ): void {
    this.#link.send(channel, name, args, carried)
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): void {
    this.#output.bytes(bytes)
  }

  cut(): void {
    this.socket.destroy()
  }

  /** Closes the connection with a code, for a reason, and does nothing more but wait for Close-Ok. */
  close(replyCode: number, replyText: string, because?: MethodName): void {
    this.#isClosing = true
    this.send(0, 'connection.close', { replyCode, replyText, ...numbers(because) })
  }

  /** Closes a channel with a code, for a reason. */
  closeChannel(channel: number, replyCode: number, replyText: string, because?: MethodName): void {
    const state = this.channels.get(channel)
    if (state !== undefined) state.isClosing = true
    this.send(channel, 'channel.close', { replyCode, replyText, ...numbers(because) })
    state?.end()
  }

  /** Tells the client that it is blocked, and reads nothing more from it. */
  block(reason: string): void {
    if (this.isBlocked) return
    this.isBlocked = true
    if (this.knows('connection.blocked')) this.send(0, 'connection.blocked', { reason })
    this.socket.pause()
  }

  unblock(): void {
    if (!this.isBlocked) return
    this.isBlocked = false
    if (this.knows('connection.blocked')) this.send(0, 'connection.unblocked')
    this.socket.resume()
  }

  /** Whether the client says that it has this capability. */
  knows(capability: string): boolean {
    const capabilities = fieldOf(this.clientProperties, 'capabilities')
    const there = capabilities?.type === 'F' ? fieldOf(capabilities.value, capability) : undefined
    return there?.type === 't' && there.value
  }

  published(message: PublishedMessage): Confirmation {
    this.#hasPublished = true
    const confirmation = this.#faults.confirm?.(message) ?? 'ack'
    this.#server.published(message)
    this.blockIfNeeded()
    return confirmation
  }

  /** RabbitMQ blocks those who publish, and lets others go on. */
  blockIfNeeded(): void {
    const reason = this.#server.alarm
    if (reason !== undefined && this.#hasPublished) this.block(reason)
  }

  isReadExclusively(queue: FakeQueue): boolean {
    return this.#server
      .everyChannel()
      .some(({ consumers }) => [...consumers.values()].some((one) => one.queue === queue && one.isExclusive))
  }

  deleteQueue(queue: FakeQueue): void {
    this.virtualHost?.deleteQueue(queue.name)
    for (const channel of this.#server.everyChannel()) channel.queueDeleted(queue)
  }

  #feed(chunk: Buffer): void {
    const { cutAfterReceiving = Number.POSITIVE_INFINITY } = this.#faults
    const rest = cutAfterReceiving - this.#bytesReceived
    this.#bytesReceived += chunk.length
    this.#pulse.heard()
    try {
      this.#read(chunk.length > rest ? chunk.subarray(0, Math.max(0, rest)) : chunk)
    } catch (error) {
      if (error instanceof AmqpRefusal) this.close(error.code, error.message)
      else if (error instanceof UnknownMethod) this.close(503, 'COMMAND_INVALID - unknown method')
      else if (error instanceof MalformedBytes || error instanceof RangeError)
        this.close(501, 'FRAME_ERROR - the frame is malformed')
      else throw error
    }
    if (chunk.length >= rest) this.cut()
    this.#server.wake()
  }

  #read(chunk: Buffer): void {
    if (this.#hasHeader) {
      this.#link.feed(chunk)
      return
    }
    this.#header = Buffer.concat([this.#header, chunk])
    if (this.#header.length < PROTOCOL_HEADER.length) return
    const header = this.#header.subarray(0, PROTOCOL_HEADER.length)
    const { answerToHeader } = this.#settings
    if (answerToHeader !== undefined || !header.equals(PROTOCOL_HEADER)) {
      this.#output.bytes(answerToHeader ?? PROTOCOL_HEADER)
      this.#output.end()
      return
    }
    this.#hasHeader = true
    const { cluster } = this.#settings
    this.send(0, 'connection.start', {
      versionMajor: 0,
      versionMinor: 9,
      serverProperties: [...SERVER_PROPERTIES, ...(cluster === undefined ? [] : [named(cluster)])],
      mechanisms: Buffer.from(this.#settings.mechanisms),
      locales: Buffer.from('en_US')
    })
    this.#link.feed(this.#header.subarray(PROTOCOL_HEADER.length))
  }

  #take(number: number, method: Method, carried: Content | undefined): void {
    this.received.push({ channel: number, method })
    if (this.#faults.onMethod?.(this, number, method)) return
    if (method.name === 'connection.close-ok') this.#output.end()
    else if (this.#isClosing && method.name !== 'connection.close') return
    else if (number === 0) this.#takeOfConnection(method)
    else this.#takeOfChannel(number, method, carried)
  }

  #takeOfConnection(method: Method): void {
    switch (method.name) {
      case 'connection.start-ok':
        this.#login(method)
        break
      case 'connection.tune-ok':
        this.tuned = method.args
        if (method.args.frameMax > 0) this.#link.frameMax = method.args.frameMax
        this.#pulse.start(method.args.heartbeat)
        break
      case 'connection.open':
        this.#open(method.args.virtualHost)
        break
      case 'connection.close':
        this.send(0, 'connection.close-ok')
        this.#endChannels()
        this.#output.end()
        break
      case 'connection.update-secret':
        this.send(0, 'connection.update-secret-ok')
        break
      default:
        throw new AmqpRefusal(503, `COMMAND_INVALID - ${method.name} on channel 0`, true)
    }
  }

  #login({ args }: MethodNamed<'connection.start-ok'>): void {
    this.clientProperties = args.clientProperties
    const [, user = '', password = ''] = args.response.toString().split('\0')
    this.user = user
    const isWelcome =
      args.mechanism === 'EXTERNAL' ||
      (args.mechanism === 'PLAIN' && this.#settings.users.get(user) === password)
    if (isWelcome) this.send(0, 'connection.tune', this.#settings.tune)
    else if (!this.knows('authentication_failure_close')) this.cut()
    else
      this.close(
        403,
        `ACCESS_REFUSED - Login was refused using authentication mechanism ${args.mechanism}. For details see the broker logfile.`
      )
  }

  #open(name: string): void {
    this.virtualHost = this.#server.virtualHosts.get(name)
    if (this.virtualHost === undefined)
      this.close(530, `NOT_ALLOWED - vhost ${name} not found`, 'connection.open')
    else this.send(0, 'connection.open-ok')
  }

  #takeOfChannel(number: number, method: Method, carried: Content | undefined): void {
    const channel = this.channels.get(number)
    if (method.name === 'channel.close-ok') {
      this.channels.delete(number)
    } else if (method.name === 'channel.open' && this.virtualHost !== undefined) {
      if (channel !== undefined)
        throw new AmqpRefusal(504, "CHANNEL_ERROR - second 'channel.open' seen", true)
      this.channels.set(number, new FakeChannel(this, number, this.virtualHost))
      this.send(number, 'channel.open-ok')
    } else if (channel === undefined) {
      throw new AmqpRefusal(504, "CHANNEL_ERROR - expected 'channel.open'", true)
    } else if (method.name === 'channel.close') {
      this.channels.delete(number)
      this.send(number, 'channel.close-ok')
      channel.end()
    } else if (!channel.isClosing) {
      this.#attempt(number, channel, method, carried)
    }
  }

  #attempt(number: number, channel: FakeChannel, method: Method, carried: Content | undefined): void {
    try {
      channel.take(method, carried)
    } catch (error) {
      if (!(error instanceof AmqpRefusal)) throw error
      if (error.isFatal) this.close(error.code, error.message, method.name)
      else this.closeChannel(number, error.code, error.message, method.name)
    }
  }

  #endChannels(): void {
    for (const channel of [...this.channels.values()]) channel.end()
    this.channels.clear()
    for (const queue of [...(this.virtualHost?.queues.values() ?? [])])
      if (queue.owner === this) this.deleteQueue(queue)
  }

  #gone(): void {
    this.#pulse.stop()
    this.#endChannels()
    this.#server.gone(this)
  }
}

const numbers = (because: MethodName | undefined) => {
  const [classId, methodId] = because === undefined ? [0, 0] : numbersOf(because)
  return { classId, methodId }
}
