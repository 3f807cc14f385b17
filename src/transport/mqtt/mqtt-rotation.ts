import type { ConnectionNotice, ConnectionOptions } from '../../core/connection.js'
import { type BrokerUrl, formatBrokerUrl } from '../broker-url.js'
import { BrokerRotation } from '../connecting/broker-rotation.js'
import { firstConnection } from '../connecting/first-connection.js'
import type { SocketOptions } from '../sockets/open-socket.js'
import { connectFailure } from './connect-failure.js'
import type { ConnectRequest, MqttVersion } from './connect-packet.js'
import type { ExchangeLink, NetworkConnection } from './network-connection.js'
import { openNetworkConnection } from './open-network-connection.js'

export interface MqttRotationOptions {
  readonly brokers: readonly BrokerUrl[]
  readonly version: 'auto' | MqttVersion
  readonly sockets: SocketOptions
  readonly timeout: number
  readonly onNotice: (notice: ConnectionNotice) => void
}

/** What to ask of a broker over a protocol. */
export type ConnectRequestFor = (url: BrokerUrl, protocol: MqttVersion) => ConnectRequest

/** Tries the brokers as `BrokerRotation` does, and remembers the version of MQTT that each one speaks. */
export class MqttRotation {
  readonly #options: MqttRotationOptions
  readonly #rotation: BrokerRotation
  readonly #versions = new Map<BrokerUrl, MqttVersion>()

  constructor(options: MqttRotationOptions) {
    const { brokers, onNotice } = options
    this.#options = options
    this.#rotation = new BrokerRotation({ brokers, failureOf: connectFailure, onNotice })
  }

  /** As `firstConnection`. */
  connectFirst(
    request: ConnectRequestFor,
    link: ExchangeLink,
    options: ConnectionOptions
  ): Promise<NetworkConnection> {
    const connect = (signal: AbortSignal) => this.connect(request, link, signal)
    return firstConnection({ connect, lastFailure: () => this.#rotation.lastFailure }, options)
  }

  /** As `BrokerRotation.connect`. */
  connect(request: ConnectRequestFor, link: ExchangeLink, signal: AbortSignal): Promise<NetworkConnection> {
    return this.#rotation.connect((url) => this.#connectTo(url, request, link, signal), signal)
  }

  /** As `BrokerRotation.passOn`. */
  passOn(): void {
    this.#rotation.passOn()
  }

  /** As `BrokerRotation.hasOthers`. */
  get hasOthers(): boolean {
    return this.#rotation.hasOthers
  }

  /** As `BrokerRotation.leave`. */
  leave(): void {
    this.#rotation.leave()
  }

  async #connectTo(
    url: BrokerUrl,
    request: ConnectRequestFor,
    link: ExchangeLink,
    signal: AbortSignal
  ): Promise<NetworkConnection> {
    const { sockets, timeout } = this.#options
    const open = (protocol: MqttVersion) =>
      openNetworkConnection({ url, sockets, timeout, request: request(url, protocol) }, link, signal)
    const { version } = this.#options
    if (url.socket === 'local') return openLocal(url, () => open(version === 'auto' ? '5' : version), signal)
    if (version !== 'auto') return open(version)
    const known = this.#versions.get(url)
    if (known !== undefined) return open(known)
    const newest = await openNewest(url, () => open('5'), signal)
    if (newest !== undefined) {
      this.#versions.set(url, '5')
      return newest
    }
    const network = await open('3.1.1')
    this.#versions.set(url, '3.1.1')
    const text = `"${formatBrokerUrl(url)}" does not speak MQTT 5, using 3.1.1: headers and properties are not carried`
    this.#options.onNotice({ kind: 'fallback', text })
    return network
  }
}

/**
 * Connects over MQTT 5; resolves to undefined if the broker does not know MQTT 5. Some such brokers (RabbitMQ 3.10) close the connection
 * without an answer. A cut looks the same, so such a broker is asked twice.
 */
async function openNewest(
  url: BrokerUrl,
  open: () => Promise<NetworkConnection>,
  signal: AbortSignal
): Promise<NetworkConnection | undefined> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await open()
    } catch (error) {
      signal.throwIfAborted()
      const { code } = connectFailure(url, error)
      if (code === 'connection-closed' && isFirst) continue
      if (code === 'connection-closed' || code === 'protocol-unsupported') return undefined
      throw error
    }
  }
}

/** The failures of a client that connects at the moment when the local broker ends. */
const JUST_ENDED = new Set(['connection-closed', 'connection-refused', 'no-such-socket'])

/** The local broker ends when it is idle. If it ends at the moment of connecting, the second attempt starts it again. */
async function openLocal(
  url: BrokerUrl,
  open: () => Promise<NetworkConnection>,
  signal: AbortSignal
): Promise<NetworkConnection> {
  try {
    return await open()
  } catch (error) {
    signal.throwIfAborted()
    if (!JUST_ENDED.has(connectFailure(url, error).code)) throw error
    return open()
  }
}
