import type { ConnectionOptions } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { prepareSockets } from '../sockets/prepare-sockets.js'
import { checkOptions } from './check-options.js'
import type { KafkaConnection } from './kafka-connection.js'
import { type KafkaUrl, parseKafkaUrls } from './kafka-url.js'

/** Rejects with the usage or bad-input error that `openKafka` would reject with, and opens no socket. */
export async function checkKafkaOptions(options: ConnectionOptions): Promise<void> {
  const silent = { ...options, onNotice: () => undefined }
  await prepareSockets(checkedBrokers(silent), silent, '')
}

/** Connects to the cluster, through the first of the brokers that accepts. */
export async function openKafka(options: ConnectionOptions): Promise<KafkaConnection> {
  const brokers = checkedBrokers(options)
  const sockets = await prepareSockets(brokers, options, '')
  const [{ NodeOpener }, { Cluster }, connection] = await Promise.all([
    import('./node-opener.js'),
    import('./cluster.js'),
    import('./kafka-connection.js')
  ])
  const opener = new NodeOpener(sockets, options)
  const cluster = await Cluster.open(brokers, opener, options)
  const warn = (text: string) => options.onNotice({ kind: 'warning', text })
  return new connection.KafkaConnection(cluster, opener.clientId, warn)
}

function checkedBrokers(options: ConnectionOptions): KafkaUrl[] {
  const brokers = options.brokers.flatMap(parseKafkaUrls)
  if (brokers.length === 0)
    throw new TidingsError('usage', 'cannot connect: no broker is named', { code: 'broker-missing' })
  checkOptions(brokers, options)
  return brokers
}
