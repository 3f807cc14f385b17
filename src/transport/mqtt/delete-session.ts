import type { ConnectionOptions } from '../../core/connection.js'
import type { DeletedSession } from '../../core/protocol.js'
import type { BrokerUrl } from '../broker-url.js'
import type { SocketOptions } from '../sockets/open-socket.js'
import { MessageExchange } from './exchange/message-exchange.js'
import { MqttRotation } from './mqtt-rotation.js'
import type { ExchangeLink } from './network-connection.js'
import { SessionPolicy } from './session-policy.js'

/** Nothing of what the session holds is taken. */
const takeNothing = () => ({ done: 0, next: 'stop' }) as const

/**
 * As `Protocol.deleteSession`. Resuming a session says whether there is one; connecting clean makes every broker forget it
 * [MQTT-3.1.2-4, MQTT 3.1.1: MQTT-3.1.2-6]. In between it expires at once (MQTT 5).
 */
export async function deleteSession(
  brokers: readonly BrokerUrl[],
  sockets: SocketOptions,
  options: ConnectionOptions
): Promise<DeletedSession> {
  const { onNotice, mqtt, connectTimeout: timeout } = options
  const policy = new SessionPolicy(options)
  const rotation = new MqttRotation({
    brokers,
    sockets,
    version: mqtt?.version ?? 'auto',
    timeout,
    onNotice
  })
  const exchange = new MessageExchange({
    onProtocolError: (reason) => link.onProtocolError(reason),
    onReceiverFailed: () => {}
  })
  const link: ExchangeLink = { exchange, onProtocolError: () => {} }
  exchange.addReceiver(takeNothing, [])
  const resumed = await rotation.connectFirst(policy.lookingRequest, link, options)
  const { resumed: existed, url: broker } = resumed.traits
  await resumed.disconnect(false)
  const clean = await rotation.connectFirst(policy.forgettingRequest, link, options)
  await clean.disconnect(false)
  return { existed, broker }
}
