import type { IConnectPacket, IPublishPacket, ISubscribePacket, Packet } from 'mqtt-packet'
import { checkChannelName } from '../../core/channel-name.js'
import { parseChannelPattern } from '../../core/channel-pattern.js'
import { mqttGrammar } from '../mqtt/channel-grammar.js'
import { FIRST_REFUSAL, REASON } from '../mqtt/reason-codes.js'
import type { AedesClient } from './aedes-internals.js'
import type { BrokerLimits } from './broker-limits.js'
import type { ClientDelivery } from './client-delivery.js'

const SUCCESS = 0x00

export interface IntakeOptions {
  readonly limits: BrokerLimits
  readonly delivery: ClientDelivery
  /** Identifiers of the QoS 2 messages that this client has not released, kept with its session if it has one. */
  readonly incoming: IncomingIds
  /** Stores and routes a message; called back when it is stored and every subscriber's socket has taken it. */
  readonly publish: (packet: IPublishPacket, done: (error?: Error | null) => void) => void
  /** Why this message is refused, if it is. */
  readonly whyRefused: (packet: IPublishPacket) => Refused | undefined
}

export interface IncomingIds {
  readonly size: number
  has(messageId: number): boolean
  add(messageId: number): void
  delete(messageId: number): void
}

export interface Refused {
  readonly reason: string
  readonly quota: boolean
}

/**
 * Stands between the parser and aedes: turns away what would make aedes throw, and takes PUBLISH packets itself, because aedes
 * acknowledges QoS 1 before it has stored the message, limits no QoS 2 window (GHSA-5jvp-3p2v-5qgf) and lets a retained message be
 * overtaken by the next one.
 */
export function guardIntake(client: AedesClient, options: IntakeOptions): void {
  const parser = client._parser
  const toAedes = parser.listeners('packet')[0] as (this: unknown, packet: Packet) => void
  const early: Packet[] = []
  parser.removeAllListeners('packet')
  parser.on('packet', (packet: Packet) => guarded(() => take(packet)))

  const parse = parser.parse.bind(parser)
  parser.parse = (chunk: Buffer): number => {
    let left = 0
    guarded(() => {
      left = parse(chunk)
      const announced = parser.packet?.length ?? 0
      if (!client.connected && announced > options.limits.firstPacketSize) {
        client.emit('error', new Error(`${announced} bytes before its CONNECT was accepted`))
      }
    })
    return left
  }
  client.once('connack-sent', () => {
    for (const packet of early.splice(0)) guarded(() => take(packet))
  })

  function guarded(step: () => void): void {
    try {
      step()
    } catch (error) {
      client.emit('error', error)
    }
  }

  function take(packet: Packet): void {
    if (client.closed) return
    if (packet.cmd !== 'connect' && client.connecting && !client.connackSent) {
      if (early.length >= options.limits.receiveMaximum) throw new Error('too many packets before CONNACK')
      early.push(packet)
      return
    }
    if (packet.cmd === 'connect') checkConnect(packet, options.limits)
    if (packet.cmd === 'subscribe') checkSubscribe(client, packet, options.limits)
    if (packet.cmd === 'pubrel' && packet.messageId !== undefined) options.incoming.delete(packet.messageId)
    if (
      packet.cmd === 'pubrec' &&
      (packet.reasonCode ?? 0) >= FIRST_REFUSAL &&
      packet.messageId !== undefined
    ) {
      options.delivery.acknowledged(packet.messageId)
    }
    if (packet.cmd === 'publish' && (client.connected || client.connackSent)) takePublish(packet)
    else toAedes.call(parser, packet)
  }

  function takePublish(packet: IPublishPacket): void {
    client._keepaliveTimer?.refresh()
    // aedes reads on once every packet of the last chunk is done with.
    client._parsingBatch++
    if (packet.length !== undefined && packet.length > options.limits.packetSize) {
      client.disconnect({ reasonCode: REASON.packetTooLarge })
      return
    }
    if (packet.properties?.topicAlias !== undefined) {
      client.disconnect({ reasonCode: REASON.topicAliasInvalid })
      return
    }
    checkChannelName(packet.topic, mqttGrammar)
    checkLevels(packet.topic, options.limits)
    const answerTo = packet.properties?.responseTopic
    if (answerTo !== undefined) checkChannelName(answerTo, mqttGrammar)
    const refused = options.whyRefused(packet)
    if (refused !== undefined) {
      // MQTT 3.1.1 has no word for it but hanging up [MQTT-3.3.5-2].
      if (client.version !== 5) throw new Error(refused.reason)
      acknowledge(packet, refused.quota ? REASON.quotaExceeded : REASON.notAuthorized, refused.reason)
      return
    }
    if (packet.qos === 2 && isRepeated(packet)) return
    options.publish(packet, (error) => {
      if (error) client.emit('error', error)
      else acknowledge(packet, SUCCESS)
    })
  }

  /** Whether this QoS 2 message was already taken, and so only needs its PUBREC again, or is one too many. */
  function isRepeated(packet: IPublishPacket): boolean {
    const messageId = packet.messageId ?? 0
    if (options.incoming.has(messageId)) {
      acknowledge(packet, SUCCESS)
      return true
    }
    if (options.incoming.size >= options.limits.receiveMaximum) {
      client.disconnect({ reasonCode: REASON.receiveMaximumExceeded })
      return true
    }
    options.incoming.add(messageId)
    return false
  }

  function acknowledge(packet: IPublishPacket, reasonCode: number, reasonString?: string): void {
    if (packet.qos === 0) {
      client._nextBatch()
      return
    }
    const properties = reasonString === undefined ? undefined : { properties: { reasonString } }
    const { messageId = 0 } = packet
    options.delivery.write(
      { cmd: packet.qos === 1 ? 'puback' : 'pubrec', messageId, reasonCode, ...properties },
      () => client._nextBatch()
    )
  }
}

function checkConnect(packet: IConnectPacket, limits: BrokerLimits): void {
  if (packet.clientId.length > limits.clientIdLength) throw new Error('its client identifier is too long')
  if (packet.will === undefined) return
  checkChannelName(packet.will.topic, mqttGrammar)
  checkLevels(packet.will.topic, limits)
}

function checkSubscribe(client: AedesClient, packet: ISubscribePacket, limits: BrokerLimits): void {
  const count = Object.keys(client.subscriptions).length + packet.subscriptions.length
  if (count > limits.subscriptionsPerClient) throw new Error('it has too many subscriptions')
  for (const { topic } of packet.subscriptions) {
    parseChannelPattern(topic, mqttGrammar)
    checkLevels(topic, limits)
  }
  // aedes leaves out repeated patterns, and their answers [MQTT-3.8.4-6] with them; it takes a list as well in which a later one replaces
  // an earlier one [MQTT-3.8.4-3].
  const { subscriptions } = packet
  Object.defineProperty(packet, 'subscriptions', { get: () => subscriptions, set: () => undefined })
}

function checkLevels(channel: string, limits: BrokerLimits): void {
  let levels = 1
  for (let at = channel.indexOf('/'); at >= 0; at = channel.indexOf('/', at + 1)) levels++
  if (levels > limits.levels) throw new Error(`${levels} levels are more than ${limits.levels}`)
}
