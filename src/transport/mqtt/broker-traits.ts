import type { IConnackPacket } from 'mqtt'
import type { BrokerConnection, BrokerTraits, MqttTraits } from '../../core/connection.js'
import { describeServer } from '../../core/described-server.js'
import { ASYNCAPI_NAMES } from './asyncapi-names.js'
import type { MqttVersion } from './connect-packet.js'

/** What is known of a broker that speaks MQTT. */
export interface MqttBrokerTraits extends BrokerTraits {
  readonly mqtt: MqttTraits
}

/** A connection to a broker that speaks MQTT. */
export interface MqttBrokerConnection extends BrokerConnection {
  readonly broker: MqttBrokerTraits
}

/** Reads what a broker says of itself in CONNACK; the defaults are those of MQTT 5, section 3.2.2.3. */
export function readTraits(
  url: string,
  version: MqttVersion,
  clientId: string,
  connack: IConnackPacket
): MqttBrokerTraits {
  const said = version === '5' ? (connack.properties ?? {}) : {}
  return {
    url,
    protocol: `MQTT ${version}`,
    clientId,
    resumed: connack.sessionPresent,
    // MQTT 3.1.1 cannot ask for a subscription without them.
    ...(version === '3.1.1' && { mayDropRetained: true }),
    server: describeServer(url, ASYNCAPI_NAMES, version === '5' ? '5.0' : version),
    mqtt: {
      version,
      maximumQos: said.maximumQoS === 0 || said.maximumQoS === 1 ? said.maximumQoS : 2,
      retainAvailable: said.retainAvailable !== false,
      ...(said.receiveMaximum === undefined ? {} : { receiveMaximum: said.receiveMaximum }),
      ...(said.maximumPacketSize === undefined ? {} : { maximumPacketSize: said.maximumPacketSize }),
      topicAliasMaximum: said.topicAliasMaximum ?? 0,
      wildcardsAvailable: said.wildcardSubscriptionAvailable !== false,
      identifiersAvailable: version === '5' && said.subscriptionIdentifiersAvailable !== false,
      sharedAvailable: version === '5' ? said.sharedSubscriptionAvailable !== false : undefined,
      ...(said.serverKeepAlive === undefined ? {} : { serverKeepalive: said.serverKeepAlive })
    }
  }
}
