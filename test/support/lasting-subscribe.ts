import type { ISubscribePacket } from 'mqtt-packet'
import type { Peer } from './scripted-broker.js'

/**
 * Waits for the SUBSCRIBE that lasts. A client over MQTT 5 sends one before it which asks for what is retained at QoS 0: that is granted.
 */
export async function lastingSubscribe(peer: Peer): Promise<ISubscribePacket> {
  for (;;) {
    const packet = await peer.next('subscribe')
    const { messageId = 0, subscriptions } = packet
    if (peer.version !== 5 || !subscriptions.every(({ qos, rh }) => qos === 0 && rh === 0)) return packet
    peer.send({ cmd: 'suback', messageId, granted: subscriptions.map(() => 0) })
  }
}
