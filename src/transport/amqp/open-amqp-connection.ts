import type { ConnectionOptions } from '../../core/connection.js'
import type { SocketOptions } from '../sockets/open-socket.js'
import { AmqpConnection } from './amqp-connection.js'
import type { AmqpUrl } from './amqp-url.js'
import { NetworkOpener } from './network-opener.js'
import type { NetworkEvents } from './network-target.js'
import { Publisher } from './publisher.js'

/** Connects to the first of the brokers that accepts. `openAmqp` has checked the options. */
export async function openAmqpConnection(
  brokers: readonly AmqpUrl[],
  sockets: SocketOptions,
  options: ConnectionOptions
): Promise<AmqpConnection> {
  const { onNotice } = options
  const publisher = new Publisher()
  const opener = new NetworkOpener(brokers, sockets, options)
  const events: NetworkEvents = {
    onRoom: (sent) => publisher.wrote(sent),
    onChunk: () => publisher.pump(),
    onBlocked: (reason) => {
      publisher.block(reason !== undefined)
      const text =
        reason === undefined
          ? 'the broker takes messages again'
          : `the broker takes no messages at present: ${reason}; waiting`
      onNotice({ kind: 'warning', text })
    }
  }
  const network = await opener.openFirst(events)
  return new AmqpConnection({ opener, publisher, events, onNotice }, network)
}
