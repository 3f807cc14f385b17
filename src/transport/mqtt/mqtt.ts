import type { ConnectionOptions } from '../../core/connection.js'
import { describeServer } from '../../core/described-server.js'
import { TidingsError } from '../../core/errors.js'
import type { Protocol } from '../../core/protocol.js'
import type { BrokerUrl } from '../broker-url.js'
import { prepareSockets } from '../sockets/prepare-sockets.js'
import { ASYNCAPI_NAMES } from './asyncapi-names.js'
import type { MqttBrokerConnection } from './broker-traits.js'
import { mqttGrammar } from './channel-grammar.js'
import { checkOptions } from './check-options.js'
import { mqttCapabilities } from './mqtt-capabilities.js'
import { parseMqttUrl } from './mqtt-url.js'

/** [MQTT-6.0.0-3] */
const SUBPROTOCOL = 'mqtt'

/** MQTT 5 and 3.1.1, over TCP, TLS, WebSocket and sockets of this computer, and the embedded broker. */
export const mqtt: Protocol = {
  name: 'MQTT',
  capabilities: mqttCapabilities,
  grammar: mqttGrammar,
  async checkOptions(options) {
    const silent = { ...options, onNotice: () => undefined }
    await prepareSockets(checkedBrokers(silent), silent, SUBPROTOCOL)
  },
  open: openMqtt,
  async deleteSession(options) {
    const { brokers, sockets } = await prepared(options)
    const { deleteSession } = await import('./delete-session.js')
    return deleteSession(brokers, sockets, options)
  },
  describeServer: (url) => describeServer(url, ASYNCAPI_NAMES),
  checkBroker: async (options) => (await import('./probes/check-broker.js')).checkBroker(options, openMqtt)
}

/** Connects to the first of the brokers that accepts. */
export async function openMqtt(options: ConnectionOptions): Promise<MqttBrokerConnection> {
  const { brokers, sockets } = await prepared(options)
  const { openMqttConnection } = await import('./open-mqtt-connection.js')
  return openMqttConnection(brokers, sockets, options)
}

async function prepared(options: ConnectionOptions) {
  const brokers = checkedBrokers(options)
  // The process of the local broker starts while this process loads the modules for MQTT.
  if (brokers[0]?.socket === 'local') (await import('../embedded/local-broker.js')).wakeLocalBroker()
  return { brokers, sockets: await prepareSockets(brokers, options, SUBPROTOCOL) }
}

function checkedBrokers(options: ConnectionOptions): BrokerUrl[] {
  const brokers = options.brokers.map(parseMqttUrl)
  if (brokers.length === 0) {
    throw new TidingsError('usage', 'cannot connect: no broker is named', { code: 'broker-missing' })
  }
  checkOptions(brokers, options)
  return brokers
}
