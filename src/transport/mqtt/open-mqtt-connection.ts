import type { ConnectionOptions } from '../../core/connection.js'
import type { BrokerUrl } from '../broker-url.js'
import { transportClock } from '../clock/transport-clock.js'
import type { SocketOptions } from '../sockets/open-socket.js'
import { TOPIC_ALIAS_MAXIMUM } from './connect-packet.js'
import { MessageExchange } from './exchange/message-exchange.js'
import { type ConnectionParts, MqttConnection } from './mqtt-connection.js'
import { MqttRotation } from './mqtt-rotation.js'
import type { ExchangeLink } from './network-connection.js'
import { SessionPolicy } from './session-policy.js'

/** Connects to the first of the brokers that accepts. `openMqtt` has checked the options. */
export async function openMqttConnection(
  brokers: readonly BrokerUrl[],
  sockets: SocketOptions,
  options: ConnectionOptions
): Promise<MqttConnection> {
  const { onNotice, onRetry } = options
  const policy = new SessionPolicy(options)
  const rotation = new MqttRotation({
    brokers,
    sockets,
    version: options.mqtt?.version ?? 'auto',
    timeout: options.connectTimeout,
    onNotice
  })
  let onReceiverFailed: (error: unknown) => void = () => {}
  const exchange = new MessageExchange({
    topicAliasMaximum: TOPIC_ALIAS_MAXIMUM,
    strict: options.strict ?? false,
    onNotice: (text) => onNotice({ kind: 'warning', text }),
    onProtocolError: (reason) => link.onProtocolError(reason),
    onReceiverFailed: (error) => onReceiverFailed(error)
  })
  const link: ExchangeLink = { exchange, onProtocolError: () => {} }
  const network = await rotation.connectFirst(policy.request, link, options)
  policy.noteConnected()
  const open = (others: ConnectionOptions) => openMqttConnection(brokers, sockets, others)
  const confirmGroups: ConnectionParts['confirmGroups'] = async (connection, stop) => {
    const probes = await import('./probes/confirm-groups.js')
    return probes.confirmGroups({ connection, options, open, clock: transportClock, stop })
  }
  const connection = new MqttConnection(
    { rotation, policy, exchange, link, onNotice, onRetry, confirmGroups },
    network
  )
  onReceiverFailed = (error) => connection.failReceiver(error)
  return connection
}
