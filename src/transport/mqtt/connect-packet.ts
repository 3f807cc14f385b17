import type { IClientOptions } from 'mqtt'
import type { Password } from '../../core/connection.js'
import { isRetained, type Message, payloadBytes } from '../../core/message.js'
import { asBuffer } from '../../core/utf8.js'

export type MqttVersion = '5' | '3.1.1'

/** What is said in CONNECT, apart from who is addressed. */
export interface ConnectRequest {
  readonly protocol: MqttVersion
  readonly clientId: string
  readonly username?: string | undefined
  readonly password?: Password | undefined
  /** Seconds; 0 turns it off. */
  readonly keepalive: number
  /** Whether the broker is to forget what it still keeps under this client id. */
  readonly clean: boolean
  /** For how many seconds the broker is to keep the session after the connection is gone (MQTT 5). */
  readonly sessionExpiry: number
  readonly will?: Message | undefined
}

/** How many QoS 1 and 2 messages the broker may send us unacknowledged: enough to fill a batch, little enough to hold in memory. */
const RECEIVE_MAXIMUM = 1024

/** The largest packet that MQTT can frame [MQTT-2.1.4]. */
const LARGEST_PACKET = 268_435_460

/** How many topic aliases the broker may use towards us. */
export const TOPIC_ALIAS_MAXIMUM = 100

/**
 * mqtt.js's options for one network connection: it speaks CONNECT, SUBSCRIBE, PINGREQ and DISCONNECT, and repeats nothing by itself.
 * Always a fresh object, because mqtt.js writes into it.
 */
export function connectOptions(request: ConnectRequest): IClientOptions {
  const isFive = request.protocol === '5'
  return {
    protocolId: 'MQTT',
    protocolVersion: isFive ? 5 : 4,
    clientId: request.clientId,
    ...(request.username === undefined ? {} : { username: request.username }),
    ...(request.password === undefined ? {} : { password: packetPassword(request.password) }),
    keepalive: request.keepalive,
    clean: request.clean,
    ...(request.will === undefined ? {} : { will: willOf(request.will, isFive) }),
    ...(isFive
      ? {
          properties: {
            sessionExpiryInterval: request.sessionExpiry,
            receiveMaximum: RECEIVE_MAXIMUM,
            maximumPacketSize: LARGEST_PACKET,
            topicAliasMaximum: TOPIC_ALIAS_MAXIMUM
          }
        }
      : {}),
    reconnectPeriod: 0,
    resubscribe: false,
    writeCache: false,
    // Its debug output would print the user name, and with DEBUG=mqttjs* the whole CONNECT.
    log: () => {},
    // Our own watch (liveness-watch.ts) pings; mqtt.js is left without a timer.
    timerVariant: { set: () => 0, clear: () => {} }
  }
}

function packetPassword(password: Password): string | Buffer {
  return typeof password === 'string' ? password : asBuffer(password)
}

function willOf(will: Message, isFive: boolean): NonNullable<IClientOptions['will']> {
  const { mqtt } = will
  const packet = {
    topic: will.channel,
    payload: Buffer.from(payloadBytes(will)),
    qos: will.guarantee ?? 0,
    retain: isRetained(will)
  }
  if (!isFive) return packet
  return {
    ...packet,
    properties: {
      ...(mqtt?.payloadUtf8 === undefined ? {} : { payloadFormatIndicator: mqtt.payloadUtf8 }),
      ...(will.expiry === undefined ? {} : { messageExpiryInterval: Math.ceil(will.expiry) }),
      ...(will.contentType === undefined ? {} : { contentType: will.contentType }),
      ...(will.responseChannel === undefined ? {} : { responseTopic: will.responseChannel }),
      ...(will.correlation === undefined ? {} : { correlationData: Buffer.from(will.correlation) }),
      ...(will.headers.length === 0 ? {} : { userProperties: userProperties(will.headers) })
    }
  }
}

/** Header names come from the user: a null prototype keeps `__proto__` a name like any other. */
function userProperties(headers: Message['headers']): Record<string, string[]> {
  const properties: Record<string, string[]> = Object.create(null)
  for (const [name, value] of headers) {
    if (typeof value !== 'string') continue
    const values = properties[name]
    if (values === undefined) properties[name] = [value]
    else values.push(value)
  }
  return properties
}
