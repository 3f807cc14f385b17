import type { ConnectionOptions } from '../../core/connection.js'
import type { SocketOptions } from '../sockets/open-socket.js'
import { AmqpConnection } from './amqp-connection.js'
import { type AmqpUrl, DEFAULT_EXCHANGE } from './amqp-url.js'
import { AskingError } from './asking-channel.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import { NetworkOpener } from './network-opener.js'
import type { NetworkEvents } from './network-target.js'
import { Publisher } from './publisher.js'
import { keptQueue, messagesIn } from './queue-methods.js'
import { Subscriber } from './subscriber.js'

/** Connects to the first of the brokers that accepts. `openAmqp` has checked the options. */
export async function openAmqpConnection(
  brokers: readonly AmqpUrl[],
  sockets: SocketOptions,
  options: ConnectionOptions
): Promise<AmqpConnection> {
  const { onNotice, onRetry, session } = options
  const publisher = new Publisher(
    (failure) => connection.fail(failure),
    () =>
      onNotice({
        kind: 'warning',
        text: 'the broker could not take a message: a queue is full, or it has failed; trying again'
      })
  )
  const subscriber = new Subscriber({
    exchange: brokers[0]?.exchange ?? DEFAULT_EXCHANGE,
    session,
    warn: (text) => onNotice({ kind: 'warning', text }),
    onFailed: (error) => connection.fail(error),
    onLost: (failure) => connection.fail(failure)
  })
  const opener = new NetworkOpener(brokers, sockets, options)
  const events: NetworkEvents = {
    onRoom: (sent) => publisher.wrote(sent),
    onChunk: () => {
      subscriber.deliver()
      publisher.pump()
    },
    onBlocked: (reason) => {
      publisher.block(reason)
      const text =
        reason === undefined
          ? 'the broker takes messages again'
          : `the broker takes no messages at present: ${reason}; waiting`
      onNotice({ kind: 'warning', text })
    }
  }
  const network = await opener.openFirst(events)
  const resumed =
    session !== undefined &&
    (await isKept(network, session).catch(async (error) => {
      await network.disconnect()
      throw error
    }))
  const connection = new AmqpConnection(
    { opener, publisher, subscriber, events, onNotice, onRetry, resumed },
    network
  )
  return connection
}

/** Whether the broker keeps the queue of this session. */
async function isKept(network: AmqpNetworkConnection, session: string): Promise<boolean> {
  try {
    const found = messagesIn(network, keptQueue(session))
    return (await Promise.race([found, network.ended.then(() => undefined)])) !== undefined
  } catch (error) {
    // That the queue cannot be read is told to whoever subscribes.
    if (error instanceof AskingError) return true
    throw error
  }
}
