import type { ConnectionOptions } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import type { DeletedSession, KeptPlace } from '../../core/protocol.js'
import { quoteName } from '../../core/visible-text.js'
import { formatBrokerUrl } from '../broker-url.js'
import { prepareSockets } from '../sockets/prepare-sockets.js'
import { checkOptions } from './check-options.js'
import type { Cluster } from './cluster.js'
import { connectionFailure } from './connection-failure.js'
import type { KafkaConnection } from './kafka-connection.js'
import { type KafkaUrl, parseKafkaUrls } from './kafka-url.js'
import type { Compression } from './records/compression.js'

/** Rejects with the usage or bad-input error that `openKafka` would reject with, and opens no socket. */
export async function checkKafkaOptions(options: ConnectionOptions): Promise<void> {
  const silent = { ...options, onNotice: () => undefined }
  await compressionFor(options)
  await prepareSockets(checkedBrokers(silent), silent, '')
}

/** Connects to the cluster, through the first of the brokers that accepts. */
export async function openKafka(options: ConnectionOptions): Promise<KafkaConnection> {
  const { session, onNotice, sending } = options
  const compression = await compressionFor(options)
  const { cluster, clientId } = await openCluster(options)
  const [{ KafkaConnection: Connection }, isResumed] = await Promise.all([
    import('./kafka-connection.js'),
    session === undefined ? false : isKept(session, cluster)
  ])
  return new Connection(cluster, {
    clientId,
    session,
    isResumed,
    onNotice,
    compression,
    create: sending?.create
  })
}

/** As `Protocol.deleteSession`. */
export async function deleteKafkaSession(
  options: ConnectionOptions,
  confirm: (places: readonly KeptPlace[]) => Promise<void>
): Promise<DeletedSession> {
  const { session = '' } = options
  const { cluster } = await openCluster(options)
  try {
    const { forgetSession } = await import('./session-reading.js')
    return { existed: await forgetSession(session, cluster, confirm), broker: formatBrokerUrl(cluster.url) }
  } finally {
    await cluster.close()
  }
}

/** The brokers of a cluster. Rejects as `openKafka`. */
export async function openCluster(
  options: ConnectionOptions
): Promise<{ cluster: Cluster; clientId: string }> {
  const brokers = checkedBrokers(options)
  const sockets = await prepareSockets(brokers, options, '')
  const [{ NodeOpener }, { Cluster: OpenCluster }] = await Promise.all([
    import('./node-opener.js'),
    import('./cluster.js')
  ])
  const opener = new NodeOpener(sockets, options)
  return { cluster: await OpenCluster.open(brokers, opener, options), clientId: opener.clientId }
}

async function compressionFor({ sending }: ConnectionOptions): Promise<Compression | undefined> {
  if (sending?.compression === undefined) return undefined
  const { compressionOf } = await import('./records/compression.js')
  return compressionOf(sending.compression)
}

async function isKept(session: string, cluster: Cluster): Promise<boolean> {
  const { isSessionKept } = await import('./session-reading.js')
  try {
    return await isSessionKept(session, cluster)
  } catch (error) {
    await cluster.close()
    throw connectionFailure(error, `read the session ${quoteName(session)}`, cluster.asker)
  }
}

function checkedBrokers(options: ConnectionOptions): KafkaUrl[] {
  const brokers = options.brokers.flatMap(parseKafkaUrls)
  if (brokers.length === 0)
    throw new TidingsError('usage', 'cannot connect: no broker is named', { code: 'broker-missing' })
  checkOptions(brokers, options)
  return brokers
}
