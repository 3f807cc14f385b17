import type { ConnectionOptions } from '../../core/connection.js'
import type { DeletedSession } from '../../core/protocol.js'
import type { SocketOptions } from '../sockets/open-socket.js'
import type { AmqpUrl } from './amqp-url.js'
import { AskingError, askOnce } from './asking-channel.js'
import { NetworkOpener, NO_EVENTS } from './network-opener.js'
import { keptQueue, messagesIn, writeDelete } from './queue-methods.js'
import { deletionFailure } from './subscribe-refusals.js'
import { QUEUE_DELETE } from './wire/methods.js'

/** As `Protocol.deleteSession`: deletes the queue of the session. */
export async function deleteSession(
  brokers: readonly AmqpUrl[],
  sockets: SocketOptions,
  options: ConnectionOptions
): Promise<DeletedSession> {
  const session = options.session ?? ''
  const queue = keptQueue(session)
  const network = await new NetworkOpener(brokers, sockets, options).openFirst(NO_EVENTS)
  const broker = network.traits.url
  const lost = network.ended.then(({ reason }) => Promise.reject(deletionFailure(session, reason)))
  try {
    const existed = (await Promise.race([messagesIn(network, queue), lost])) !== undefined
    if (existed) await Promise.race([askOnce(network, QUEUE_DELETE, writeDelete(queue)), lost])
    return { existed, broker }
  } catch (error) {
    if (error instanceof AskingError) throw deletionFailure(session, error.message, 'refused')
    throw error
  } finally {
    lost.catch(() => {})
    await network.disconnect()
  }
}
