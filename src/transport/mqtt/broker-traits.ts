import type { IConnackPacket } from 'mqtt'
import type { BrokerTraits } from '../../core/connection.js'
import type { Protocol } from './connect-packet.js'

/** Reads what a broker says of itself in CONNACK; the defaults are those of MQTT 5, section 3.2.2.3. */
export function readTraits(
  url: string,
  protocol: Protocol,
  clientId: string,
  connack: IConnackPacket
): BrokerTraits {
  const said = protocol === '5' ? (connack.properties ?? {}) : {}
  return {
    url,
    protocol,
    clientId,
    sessionPresent: connack.sessionPresent,
    maximumQos: said.maximumQoS === 0 || said.maximumQoS === 1 ? said.maximumQoS : 2,
    retainAvailable: said.retainAvailable !== false,
    ...(said.receiveMaximum === undefined ? {} : { receiveMaximum: said.receiveMaximum }),
    ...(said.maximumPacketSize === undefined ? {} : { maximumPacketSize: said.maximumPacketSize }),
    topicAliasMaximum: said.topicAliasMaximum ?? 0,
    wildcardsAvailable: said.wildcardSubscriptionAvailable !== false,
    sharedAvailable: protocol === '5' ? said.sharedSubscriptionAvailable !== false : undefined,
    ...(said.serverKeepAlive === undefined ? {} : { serverKeepalive: said.serverKeepAlive })
  }
}
