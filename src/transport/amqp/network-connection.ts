import type { BrokerTraits } from '../../core/connection.js'
import { describeServer } from '../../core/described-server.js'
import { formatBrokerUrl } from '../broker-url.js'
import { sinceBoot } from '../clock/since-boot.js'
import { AttemptError } from '../connecting/connect-failure.js'
import { lossWords } from '../connecting/loss-words.js'
import { SocketWriter } from '../exchange/socket-writer.js'
import type { OpenedSocket } from '../sockets/open-socket.js'
import type { AmqpUrl } from './amqp-url.js'
import { ASYNCAPI_NAMES, ASYNCAPI_VERSION } from './asyncapi-names.js'
import type { Channel, ChannelLink, ChannelTaker } from './channel.js'
import { destroyLate } from './destroy-late.js'
import { FrameWriter } from './frame-writer.js'
import {
  type Agreement,
  Handshake,
  HIGHEST_CHANNEL,
  LARGEST_FRAME,
  PROTOCOL_HEADER,
  RefusalError
} from './handshake.js'
import type { NetworkEnd, NetworkEvents, NetworkTarget } from './network-target.js'
import { OpenChannels } from './open-channels.js'
import { FirstBytes } from './other-protocol.js'
import { REPLY, replyWords } from './reply-words.js'
import { watchHeartbeats } from './watch-heartbeats.js'
import { ArgumentReader } from './wire/argument-reader.js'
import { FrameReader } from './wire/frame-reader.js'
import { closeFrame, methodFrame } from './wire/method-frame.js'
import {
  CONNECTION_BLOCKED,
  CONNECTION_CLOSE,
  CONNECTION_CLOSE_OK,
  CONNECTION_UNBLOCKED
} from './wire/methods.js'
import { ProtocolError } from './wire/protocol-error.js'

/** One network connection: what concerns the connection as a whole, and the way to its channels. */
export class AmqpNetworkConnection implements ChannelLink {
  readonly ended: Promise<NetworkEnd>
  readonly out: SocketWriter
  readonly #target: NetworkTarget
  readonly #events: NetworkEvents
  readonly #socket: OpenedSocket
  readonly #url: string
  readonly #handshake: Handshake
  readonly #reader: FrameReader
  readonly #channels = new OpenChannels(this)
  readonly #firstBytes = new FirstBytes()
  #agreement: Agreement | undefined
  #writer: FrameWriter | undefined
  #connectedAt = 0
  /** Why the attempt to connect failed. */
  #failure: unknown
  /** Why the connection ended. Only the first reason counts. */
  #end: Omit<NetworkEnd, 'lasted'> | undefined
  #onAgreed: () => void = () => {}
  #stopWatch = () => {}

  constructor(target: NetworkTarget, events: NetworkEvents, socket: OpenedSocket) {
    this.#target = target
    this.#events = events
    this.#socket = socket
    this.#url = formatBrokerUrl(target.url)
    const { stream } = socket
    this.out = new SocketWriter(stream, (sent) => this.#events.onRoom(sent))
    this.#handshake = new Handshake(target.request, (frame) => this.send(frame))
    this.#reader = new FrameReader(
      {
        isOpen: (channel) => this.#channels.isOpen(channel),
        method: (channel, method, bytes, start, end) => this.#takeMethod(channel, method, bytes, start, end),
        content: (channel, content) => this.#channels.takeContent(channel, content)
      },
      LARGEST_FRAME,
      HIGHEST_CHANNEL
    )
    stream.on('data', (chunk: Buffer) => this.#receive(chunk))
    stream.on('error', (error) => {
      this.#failure ??= error
      this.#end ??= { kind: 'network', reason: lossWords(error) }
    })
    this.ended = new Promise((resolve) => {
      stream.once('close', () => {
        this.#stopWatch()
        this.out.lose()
        const end = this.#end ?? { kind: 'closed', reason: 'the broker closed the connection' }
        resolve({ ...end, lasted: sinceBoot() - this.#connectedAt })
      })
    })
    stream.on('end', () => stream.destroy())
    stream.write(PROTOCOL_HEADER)
  }

  /** Waits until the broker has opened the virtual host. Rejects with why it did not; the socket is gone then. */
  async connect(signal: AbortSignal): Promise<void> {
    const onAbort = () => {
      this.#failure ??= signal.reason
      this.#socket.stream.destroy()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    await Promise.race([
      new Promise<void>((resolve) => {
        this.#onAgreed = resolve
      }),
      this.ended
    ])
    signal.removeEventListener('abort', onAbort)
    if (this.#agreement === undefined || this.#end !== undefined)
      throw this.#failure ?? new AttemptError('closed', this.#handshake.closedWords)
  }

  /** What is known of the broker. */
  get traits(): BrokerTraits {
    return {
      url: this.#url,
      protocol: 'AMQP 0-9-1',
      clientId: this.#target.request.name,
      resumed: false,
      server: describeServer(this.#url, ASYNCAPI_NAMES, ASYNCAPI_VERSION)
    }
  }

  get url(): AmqpUrl {
    return this.#target.url
  }

  /** What both sides have agreed on. */
  get agreement(): Agreement {
    if (this.#agreement === undefined) throw new Error('there is no connection yet')
    return this.#agreement
  }

  /** Writes messages. */
  get writer(): FrameWriter {
    if (this.#writer === undefined) throw new Error('there is no connection yet')
    return this.#writer
  }

  /** As `OpenChannels.open`; the channel may be used at once. */
  openChannel(taker: ChannelTaker): Channel {
    return this.#channels.open(taker, this.agreement.highestChannel)
  }

  release(channel: number): void {
    this.#channels.release(channel)
    this.#reader.forget(channel)
  }

  send(frame: Buffer): void {
    if (this.out.lost) return
    const at = this.out.reserve(frame.length)
    this.out.bytes.set(frame, at)
  }

  /** Says goodbye behind all that was written before; resolves when the socket is gone, at most half a second later. */
  async disconnect(): Promise<void> {
    this.#leave({ kind: 'left', reason: 'disconnected' }, REPLY.success, '')
    await this.ended
  }

  #leave(end: Omit<NetworkEnd, 'lasted'>, code: number, text: string): void {
    this.#stopWatch()
    if (this.#end !== undefined) {
      this.#socket.stream.destroy()
      return
    }
    this.#end = end
    this.send(closeFrame(0, CONNECTION_CLOSE, code, text))
    this.out.flush()
    destroyLate(this.#socket.stream)
  }

  /** The broker has said goodbye. */
  #part(): void {
    this.out.flush()
    this.#socket.stream.end()
    destroyLate(this.#socket.stream)
  }

  #receive(chunk: Buffer): void {
    try {
      this.#reader.feed(this.#firstBytes.judge(chunk))
    } catch (error) {
      this.#fail(error)
    }
    this.#events.onChunk()
    this.out.flush()
  }

  /** What came cannot be taken: the connection ends. */
  #fail(error: unknown): void {
    this.#failure ??= error
    if (error instanceof ProtocolError && this.#agreement !== undefined) {
      const reason = `the broker violated AMQP (${error.message})`
      this.#leave({ kind: 'protocol-error', reason }, REPLY.frameError, error.message)
      return
    }
    if (error instanceof ProtocolError)
      this.#failure = new AttemptError('wrong-protocol', `the answer is not AMQP (${error.message})`)
    this.#end ??= { kind: 'closed', reason: String(error) }
    if (error instanceof RefusalError) this.#part()
    else this.#socket.stream.destroy()
  }

  #takeMethod(channel: number, method: number, bytes: Buffer, start: number, end: number): void {
    if (channel > 0) {
      this.#channels.take(channel, method, bytes, start, end)
    } else if (this.#agreement === undefined) {
      const agreement = this.#handshake.take(method, bytes, start, end)
      if (agreement !== undefined) this.#begin(agreement)
    } else this.#takeOwn(method, new ArgumentReader(bytes, start, end))
  }

  #begin(agreement: Agreement): void {
    this.#agreement = agreement
    this.#writer = new FrameWriter(this.out, agreement.frameMax)
    this.#reader.limitFrames(agreement.frameMax)
    this.#connectedAt = sinceBoot()
    if (agreement.heartbeat > 0 && !this.#socket.stream.destroyed) this.#watch(agreement.heartbeat)
    this.#onAgreed()
  }

  #watch(interval: number): void {
    this.#stopWatch = watchHeartbeats({
      interval,
      bytesRead: this.#socket.bytesRead,
      send: (frame) => {
        this.send(frame)
        this.out.flush()
      },
      onDead: () => {
        this.#end ??= { kind: 'silent', reason: 'the broker does not answer any more' }
        this.#socket.stream.destroy()
      }
    })
  }

  /** A method that concerns the connection as a whole. */
  #takeOwn(method: number, from: ArgumentReader): void {
    if (method === CONNECTION_BLOCKED) this.#events.onBlocked(replyWords(0, from.shortText()))
    else if (method === CONNECTION_UNBLOCKED) this.#events.onBlocked(undefined)
    else if (method === CONNECTION_CLOSE_OK) this.#part()
    else if (method === CONNECTION_CLOSE) {
      const code = from.twoBytes()
      this.#end ??= { kind: 'refused', reason: replyWords(code, from.shortText()), code }
      this.send(methodFrame(0, CONNECTION_CLOSE_OK))
      this.#part()
    } else throw new ProtocolError(`method ${method >>> 16}.${method & 0xffff} on channel 0`)
  }
}
