import type { SocketOptions } from '../sockets/open-socket.js'
import type { AmqpUrl } from './amqp-url.js'
import type { ConnectionRequest } from './connection-request.js'

/** Why a network connection that the broker had accepted is gone. */
export interface NetworkEnd {
  /**
   * `refused`: the broker closed it, and said why. `closed`: it closed without a word. `network`: the socket failed. `silent`: no
   * heartbeat came. `protocol-error`: it sent something that it must not. `left`: we closed it.
   */
  readonly kind: 'refused' | 'closed' | 'network' | 'silent' | 'protocol-error' | 'left'
  /** In words, on one line. */
  readonly reason: string
  /** The reply code, where the broker said one. */
  readonly code?: number
  /** How long it had lasted since the virtual host was opened, in milliseconds. */
  readonly lasted: number
}

/** What a network connection tells whoever owns it. */
export interface NetworkEvents {
  /** The socket has taken a write, and with it so many messages of QoS 0. */
  onRoom(sent: number): void
  /** Everything that one chunk of network bytes holds was taken. */
  onChunk(): void
  /** The broker takes no messages because of this; `undefined` once it takes messages again. */
  onBlocked(reason: string | undefined): void
}

export interface NetworkTarget {
  readonly url: AmqpUrl
  readonly sockets: SocketOptions
  readonly request: ConnectionRequest
  /** Milliseconds for the whole attempt; 0 for any time. */
  readonly timeout: number
}
