import type { IDisconnectPacket } from 'mqtt'
import type { Grant } from '../../core/connection.js'
import type { BrokerUrl } from '../broker-url.js'
import type { SocketOptions } from '../sockets/open-socket.js'
import type { MqttBrokerTraits } from './broker-traits.js'
import type { ConnectRequest } from './connect-packet.js'
import type { MessageExchange } from './exchange/message-exchange.js'
import type { IdentifiedSubscription } from './overlapping-subscriptions.js'

/** Why a network connection that the broker had accepted is gone. */
export interface NetworkEnd {
  /**
   * `disconnect`: the broker said so (MQTT 5). `closed`: it closed without a word. `network`: the socket failed. `silent`: nothing
   * came within the keep-alive. `protocol-error`: it sent something that it must not. `left`: we disconnected.
   */
  readonly kind: 'disconnect' | 'closed' | 'network' | 'silent' | 'protocol-error' | 'left'
  /** In words, on one line. */
  readonly reason: string
  /** The broker's DISCONNECT. */
  readonly packet?: IDisconnectPacket
  /** How long it had lasted since CONNACK, in milliseconds. */
  readonly lasted: number
  /** How many messages and acknowledgements of messages the broker had sent. */
  readonly exchanged: number
}

/** One network connection that the broker has accepted. */
export interface NetworkConnection {
  readonly traits: MqttBrokerTraits
  /** Resolves when the connection is gone, whoever ended it. */
  readonly ended: Promise<NetworkEnd>
  /** Rejects only when the connection is lost before the broker has answered. */
  subscribe(subscriptions: readonly IdentifiedSubscription[]): Promise<readonly Grant[]>
  /** Asks the broker to answer once it has read all that was written before. */
  ping(): void
  /** Sends DISCONNECT after all that was written before; resolves when the socket is gone, at most half a second later. */
  disconnect(keepSession: boolean): Promise<void>
}

export interface NetworkTarget {
  readonly url: BrokerUrl
  readonly sockets: SocketOptions
  readonly request: ConnectRequest
  /** Milliseconds for the whole attempt, up to CONNACK; 0 for any time. */
  readonly timeout: number
}

/** The exchange outlives network connections. This links it to the connection that it reads from. */
export interface ExchangeLink {
  readonly exchange: MessageExchange
  /** Closes the connection because of something that the broker sent and must not. */
  onProtocolError: (reason: string) => void
}
