import type { ConnectionOptions } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import type { DeletedSession } from '../../core/protocol.js'
import { prepareSockets } from '../sockets/prepare-sockets.js'
import type { AmqpConnection } from './amqp-connection.js'
import { type AmqpUrl, parseAmqpUrls } from './amqp-url.js'
import { checkOptions } from './check-options.js'
import type { AmqpNetworkConnection } from './network-connection.js'

/** Rejects with the usage or bad-input error that `openAmqp` would reject with, and opens no socket. */
export async function checkAmqpOptions(options: ConnectionOptions): Promise<void> {
  const silent = { ...options, onNotice: () => undefined }
  await prepareSockets(checkedBrokers(silent), silent, '')
}

/** Connects to the first of the brokers that accepts. */
export async function openAmqp(options: ConnectionOptions): Promise<AmqpConnection> {
  const brokers = checkedBrokers(options)
  const sockets = await prepareSockets(brokers, options, '')
  const { openAmqpConnection } = await import('./open-amqp-connection.js')
  return openAmqpConnection(brokers, sockets, options)
}

/** One network connection, which is not renewed, to the first of the brokers that accepts. */
export async function openNetwork(options: ConnectionOptions): Promise<AmqpNetworkConnection> {
  const brokers = checkedBrokers(options)
  const sockets = await prepareSockets(brokers, options, '')
  const { NetworkOpener, NO_EVENTS } = await import('./network-opener.js')
  return new NetworkOpener(brokers, sockets, options).openFirst(NO_EVENTS)
}

/** As `Protocol.deleteSession`. */
export async function deleteAmqpSession(options: ConnectionOptions): Promise<DeletedSession> {
  const brokers = checkedBrokers(options)
  const sockets = await prepareSockets(brokers, options, '')
  const { deleteSession } = await import('./delete-session.js')
  return deleteSession(brokers, sockets, options)
}

function checkedBrokers(options: ConnectionOptions): AmqpUrl[] {
  const brokers = options.brokers.flatMap(parseAmqpUrls)
  if (brokers.length === 0)
    throw new TidingsError('usage', 'cannot connect: no broker is named', { code: 'broker-missing' })
  checkOptions(brokers, options)
  return brokers
}
