import type { ConnectionOptions, OpenConnection } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import { type BrokerScheme, type BrokerUrl, parseBrokerUrl } from './broker-url.js'
import { checkOptions } from './check-options.js'
import type { SocketOptions } from './sockets/open-socket.js'

const loadMqtt = async () => (await import('./mqtt/open-mqtt-connection.js')).openMqttConnection

/** Which transport speaks which scheme. Another protocol is another row, and a folder beside `mqtt`. */
const TRANSPORTS: Readonly<Record<BrokerScheme, typeof loadMqtt>> = {
  mqtt: loadMqtt,
  mqtts: loadMqtt,
  ws: loadMqtt,
  wss: loadMqtt,
  'mqtt+unix': loadMqtt,
  local: loadMqtt
}

/** Connects to a broker. What is wrong with the options is an error before any socket opens. */
export const openConnection: OpenConnection = async (options) => {
  const { brokers, transport } = checkedBrokers(options)
  // Its process starts while this one reads the modules that speak MQTT.
  if (brokers[0]?.scheme === 'local') (await import('./embedded/local-broker.js')).wakeLocalBroker()
  const sockets = await socketOptions(brokers, options)
  const open = await transport()
  return open(brokers, sockets, options)
}

/** Rejects with the usage error that `openConnection` would reject with, and opens nothing. */
export async function checkConnectionOptions(options: ConnectionOptions): Promise<void> {
  const silent = { ...options, onNotice: () => undefined }
  await socketOptions(checkedBrokers(silent).brokers, silent)
}

function checkedBrokers(options: ConnectionOptions) {
  const brokers = options.brokers.map(parseBrokerUrl)
  if (brokers.length === 0) {
    throw new TidingsError('usage', 'cannot connect: no broker is named', { code: 'broker-missing' })
  }
  const [transport, ...others] = new Set(brokers.map(({ scheme }) => TRANSPORTS[scheme]))
  if (transport === undefined || others.length > 0) {
    throw new TidingsError('usage', 'cannot fail over between brokers of different protocols', {
      code: 'mixed-brokers'
    })
  }
  checkOptions(brokers, options)
  return { brokers, transport }
}

async function socketOptions(
  brokers: readonly BrokerUrl[],
  options: ConnectionOptions
): Promise<SocketOptions> {
  const { tls, proxy } = options
  const usesTls = brokers.some(({ scheme }) => scheme === 'mqtts' || scheme === 'wss')
  const secureContext = usesTls ? (await import('./sockets/tls.js')).prepareTls(tls) : undefined
  const socksProxy =
    proxy === undefined ? undefined : (await import('./sockets/socks.js')).parseProxyUrl(proxy)
  return {
    tls,
    onNotice: localBrokerOnce(options.onNotice),
    wsHeaders: options.wsHeaders ?? {},
    ...(secureContext === undefined ? {} : { secureContext }),
    ...(socksProxy === undefined ? {} : { proxy: socksProxy })
  }
}

/** That the local broker is used is news once, not at every reconnect. */
function localBrokerOnce(onNotice: ConnectionOptions['onNotice']): ConnectionOptions['onNotice'] {
  let told = false
  return (notice) => {
    if (notice.kind !== 'local-broker') return onNotice(notice)
    if (!told) onNotice(notice)
    told = true
  }
}
