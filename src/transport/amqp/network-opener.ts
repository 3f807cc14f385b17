import type { ConnectionOptions } from '../../core/connection.js'
import { BrokerRotation } from '../connecting/broker-rotation.js'
import { firstConnection } from '../connecting/first-connection.js'
import type { SocketOptions } from '../sockets/open-socket.js'
import type { AmqpUrl } from './amqp-url.js'
import { connectFailure } from './connect-failure.js'
import { requestFor } from './connection-request.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import type { NetworkEvents } from './network-target.js'
import { openNetworkConnection } from './open-network-connection.js'

/** For a network connection on which only questions are asked. */
export const NO_EVENTS: NetworkEvents = { onRoom: () => {}, onChunk: () => {}, onBlocked: () => {} }

/** Opens network connections to the brokers of the options, each to the first broker that accepts. */
export class NetworkOpener {
  readonly #rotation: BrokerRotation<AmqpUrl>
  readonly #sockets: SocketOptions
  readonly #options: ConnectionOptions
  readonly #name: string

  constructor(brokers: readonly AmqpUrl[], sockets: SocketOptions, options: ConnectionOptions) {
    this.#sockets = sockets
    this.#options = options
    this.#name = options.clientId ?? `tidings-${options.session ?? randomName()}`
    this.#rotation = new BrokerRotation({ brokers, failureOf: connectFailure, onNotice: options.onNotice })
  }

  /** As `firstConnection`. */
  openFirst(events: NetworkEvents): Promise<AmqpNetworkConnection> {
    const connect = (signal: AbortSignal) => this.open(events, signal)
    return firstConnection({ connect, lastFailure: () => this.#rotation.lastFailure }, this.#options)
  }

  /** As `BrokerRotation.connect`. */
  open(events: NetworkEvents, signal: AbortSignal): Promise<AmqpNetworkConnection> {
    return this.#rotation.connect((url) => {
      const request = requestFor(url, this.#options, this.#name)
      const target = { url, sockets: this.#sockets, request, timeout: this.#options.connectTimeout }
      return openNetworkConnection(target, events, signal)
    }, signal)
  }
}

/** To tell the connections of this program apart in the broker's lists. It is no secret. */
const randomName = (): string =>
  Math.floor(Math.random() * 36 ** 8)
    .toString(36)
    .padStart(8, '0')
