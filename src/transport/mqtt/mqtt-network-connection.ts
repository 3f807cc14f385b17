import type { IConnackPacket, IDisconnectPacket, MqttClient, Packet } from 'mqtt'
import clientModule from 'mqtt/lib/client'
import type { Grant } from '../../core/connection.js'
import { formatBrokerUrl } from '../broker-url.js'
import { sinceBoot } from '../clock/since-boot.js'
import { AttemptError } from '../connecting/connect-failure.js'
import { watchLiveness } from '../connecting/liveness-watch.js'
import { lossWords } from '../connecting/loss-words.js'
import type { OpenedSocket } from '../sockets/open-socket.js'
import { WebSocketClosed } from '../sockets/web-socket-trouble.js'
import { type MqttBrokerTraits, readTraits } from './broker-traits.js'
import { ConnackError } from './connect-failure.js'
import { connectOptions } from './connect-packet.js'
import type { ExchangeStream } from './exchange/exchange-stream.js'
import type { ExchangeLink, NetworkConnection, NetworkEnd, NetworkTarget } from './network-connection.js'
import { otherServer } from './other-server.js'
import type { IdentifiedSubscription } from './overlapping-subscriptions.js'
import { formatReason, REASON } from './reason-codes.js'
import { sendSubscriptions, takesRetainedApart } from './subscribe-packets.js'

// Node gives a CommonJS module's exports as its default export, a bundler may give their `default`. Loading all of mqtt would take twice as
// long, and its code for connecting by URL is not needed.
const Client = 'default' in clientModule ? clientModule.default : (clientModule as typeof MqttClient)

/** CONNACK and AUTH: all that may answer CONNECT. */
const FIRST_BYTES = new Set<number | undefined>([0x20, 0xf0])

/**
 * How long the broker may take to close its side after our DISCONNECT, in milliseconds: after a second of waiting for
 * acknowledgements, Ctrl-C must still end within two.
 */
const CLOSING_TIME = 500

/** How long what is retained may gather before receivers get it, in milliseconds: a broker may never answer the subscription. */
const GATHERING_TIME = 1000

/**
 * One network connection. `exchange` takes the messages out of its stream. A client of mqtt.js speaks the rest: CONNECT, SUBSCRIBE, PINGREQ
 * and DISCONNECT. Each connection has a new client: sockets open asynchronously and with errors of their own, the protocol version may
 * change, and nothing that is half closed lives on. What must survive a loss is in `exchange`.
 */
export class MqttNetworkConnection implements NetworkConnection {
  readonly ended: Promise<NetworkEnd>
  readonly #target: NetworkTarget
  readonly #link: ExchangeLink
  readonly #socket: OpenedSocket
  readonly #stream: ExchangeStream
  readonly #client: MqttClient
  readonly #url: string
  #connack: IConnackPacket | undefined
  #traits: MqttBrokerTraits | undefined
  #connectedAt = 0
  /** Why the attempt to connect failed. */
  #failure: unknown
  /** Why the connection ended. Only the first reason counts, because the close that follows it says nothing. */
  #end: Omit<NetworkEnd, 'lasted' | 'exchanged'> | undefined
  #stopWatch = () => {}

  constructor(target: NetworkTarget, link: ExchangeLink, socket: OpenedSocket) {
    this.#target = target
    this.#link = link
    this.#socket = socket
    this.#url = formatBrokerUrl(target.url)
    link.onProtocolError = (reason) => this.#failProtocol(reason)
    const stream = link.exchange.openStream(socket.stream, target.request.protocol)
    this.#stream = stream
    // An answer in another protocol (HTTP, SSH) is recognised by its first byte, because it may never complete what looks like a packet.
    socket.stream.once('data', (chunk: Buffer) => {
      if (FIRST_BYTES.has(chunk[0])) return
      this.#failure ??= otherServer(chunk)
      this.#failProtocol('no CONNACK')
    })
    this.#stream.on('error', (error) => {
      this.#failure ??= error
      const kind = error instanceof WebSocketClosed ? 'closed' : 'network'
      this.#end ??= { kind, reason: lossWords(error) }
    })
    this.ended = new Promise((resolve) => {
      this.#stream.once('close', () => {
        this.#stopWatch()
        const end = this.#end ?? { kind: 'closed', reason: 'the broker closed the connection' }
        resolve({ ...end, lasted: sinceBoot() - this.#connectedAt, exchanged: stream.exchanged })
      })
    })
    this.#client = new Client(() => this.#stream, {
      ...connectOptions(target.request),
      messageIdProvider: link.exchange.messageIds
    })
    this.#client.on('error', (error) => this.#onClientError(error))
    this.#client.on('disconnect', (packet) => this.#onDisconnect(packet))
    this.#client.on('packetreceive', (packet) => {
      if (dropRepeated(packet)) this.#failProtocol('a property that comes twice')
      else if (packet.cmd === 'connack') this.#connack ??= packet
    })
  }

  /** Waits for CONNACK. Rejects with why there was none or with the signal's reason; the socket is gone then. */
  async connect(signal: AbortSignal): Promise<void> {
    const onAbort = () => {
      this.#failure ??= signal.reason
      this.#stream.destroy()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    const isAccepted = await Promise.race([
      new Promise<true>((resolve) => this.#client.once('connect', () => resolve(true))),
      this.ended
    ])
    signal.removeEventListener('abort', onAbort)
    if (isAccepted !== true || this.#connack === undefined) {
      throw this.#failure ?? new AttemptError('closed', 'the broker closed the connection without an answer')
    }
    const { protocol, clientId } = this.#target.request
    this.#connectedAt = sinceBoot()
    this.#traits = readTraits(this.#url, protocol, clientId, this.#connack)
    this.#startWatch()
  }

  get traits(): MqttBrokerTraits {
    if (this.#traits === undefined) throw new Error('there is no CONNACK yet')
    return this.#traits
  }

  async subscribe(subscriptions: readonly IdentifiedSubscription[]): Promise<readonly Grant[]> {
    // mqtt.js queues what is subscribed after the connection is gone, and never answers.
    const lost = this.ended.then((end) => {
      throw new Error(end.reason)
    })
    const { exchange } = this.#link
    const traits = this.traits.mqtt
    // The answer comes behind what is retained, and a broker does not wait for who takes that at QoS 0.
    const isApart = subscriptions.some((each) => takesRetainedApart(each, traits))
    if (isApart) exchange.gather(true)
    exchange.expectRetained(isApart)
    const late = setTimeout(() => exchange.gather(false), GATHERING_TIME)
    try {
      return await Promise.race([sendSubscriptions(this.#client, subscriptions, traits), lost])
    } finally {
      clearTimeout(late)
      exchange.expectRetained(false)
      exchange.gather(false)
    }
  }

  ping(): void {
    // Behind a DISCONNECT there is no answer.
    if (this.#end === undefined) this.#client.sendPing()
  }

  async disconnect(keepSession: boolean): Promise<void> {
    this.#end ??= { kind: 'left', reason: 'disconnected' }
    const endsSession = this.traits.mqtt.version === '5' && !keepSession
    this.#leave({ reasonCode: 0, ...(endsSession ? { properties: { sessionExpiryInterval: 0 } } : {}) })
    await this.ended
  }

  #leave(packet: Partial<IDisconnectPacket>): void {
    this.#stopWatch()
    const deadline = setTimeout(() => this.#stream.destroy(), CLOSING_TIME)
    this.#stream.once('close', () => clearTimeout(deadline))
    this.#client.end(false, packet)
  }

  #failProtocol(reason: string): void {
    this.#failure ??= new AttemptError('wrong-protocol', 'the answer is not MQTT')
    this.#end ??= { kind: 'protocol-error', reason: `the broker violated the MQTT protocol (${reason})` }
    this.#stream.stopReading()
    if (this.#traits?.mqtt.version === '5') this.#leave({ reasonCode: REASON.protocolError })
    else this.#stream.destroy()
  }

  #startWatch(): void {
    const interval = this.#client.keepalive * 1000
    // A DISCONNECT right after CONNACK may have ended the connection already. Nothing would then stop the watch, which keeps the process
    // alive.
    if (interval === 0 || this.#stream.destroyed) return
    this.#stopWatch = watchLiveness({
      interval,
      bytesRead: this.#socket.bytesRead,
      holding: () => this.#link.exchange.receiving,
      ping: () => this.#client.sendPing(),
      onDead: () => {
        this.#end ??= { kind: 'silent', reason: 'the broker does not answer any more' }
        this.#stream.destroy()
      }
    })
  }

  #onDisconnect(packet: IDisconnectPacket): void {
    const reason =
      packet.reasonCode === undefined || packet.reasonCode === 0
        ? 'the broker disconnected'
        : formatReason(packet.reasonCode, packet.properties?.reasonString)
    this.#end ??= { kind: 'disconnect', reason, packet }
    // Not every broker closes the connection after DISCONNECT, and mqtt.js does not either.
    this.#stream.destroy()
  }

  /** mqtt.js reports three things by this one event: a refusing CONNACK, a packet that its parser cannot read, an error of the stream. */
  #onClientError(error: Error & { code?: unknown }): void {
    const refusal = this.#connack?.reasonCode ?? this.#connack?.returnCode ?? 0
    if (refusal !== 0) {
      const { reasonString, serverReference } = this.#connack?.properties ?? {}
      this.#failure ??= new ConnackError(refusal, reasonString, serverReference)
      this.#stream.destroy()
      return
    }
    // Errors of the stream have names for codes and are noted where they occur.
    if (typeof error.code !== 'string') this.#failProtocol(error.message)
  }
}

/**
 * Whether a packet repeats a property that may come only once [MQTT-2.2.2-2]. mqtt.js gives such a property as a list, in spite of its
 * types. mqtt.js sees no PUBLISH, the only packet that may have several subscription identifiers. The properties of such a packet are
 * removed.
 */
function dropRepeated(packet: Packet): boolean {
  if (!('properties' in packet) || packet.properties === undefined) return false
  const { userProperties: _any, ...single }: Record<string, unknown> = { ...packet.properties }
  const isRepeated = Object.values(single).some(Array.isArray)
  if (isRepeated) packet.properties = {}
  return isRepeated
}
