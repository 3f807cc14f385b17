import { REASON } from '../../mqtt/reason-codes.js'
import type { Will } from '../store/facts.js'
import { malformed, notAllowed, PacketError } from './packet-error.js'
import type { PacketReader } from './packet-reader.js'
import { NO_PROPERTIES, PROPERTY, type Properties, readProperties } from './properties.js'
import { checkTopicName } from './topic-rules.js'

/** 3: MQTT 3.1; 4: MQTT 3.1.1. */
export type Version = 3 | 4 | 5

/** What a client asks for when it connects. */
export interface Connect {
  readonly version: Version
  readonly clientId: string
  /** Begin a new session. */
  readonly clean: boolean
  /** Seconds; 0: none. */
  readonly keepAlive: number
  readonly username: string | undefined
  readonly password: Uint8Array | undefined
  readonly will: Will | undefined
  /** Seconds that its session outlives the connection; absent: MQTT 5's default, or whatever `clean` says before it. */
  readonly sessionExpiry: number | undefined
  readonly receiveMaximum: number
  /** Bytes of the largest packet that it takes. */
  readonly packetSize: number
  readonly topicAliasMaximum: number
  /** Whether it wants reasons in words. */
  readonly wantsReasons: boolean
}

const CONNECT_PROPERTIES: ReadonlySet<number> = new Set([
  PROPERTY.sessionExpiry,
  PROPERTY.authenticationMethod,
  PROPERTY.authenticationData,
  PROPERTY.requestProblemInformation,
  PROPERTY.requestResponseInformation,
  PROPERTY.receiveMaximum,
  PROPERTY.topicAliasMaximum,
  PROPERTY.userProperty,
  PROPERTY.maximumPacketSize
])

const WILL_PROPERTIES: ReadonlySet<number> = new Set([
  PROPERTY.payloadFormat,
  PROPERTY.messageExpiry,
  PROPERTY.contentType,
  PROPERTY.responseTopic,
  PROPERTY.correlationData,
  PROPERTY.willDelay,
  PROPERTY.userProperty
])

/** What of a will's properties is not part of its message [MQTT 5, 3.1.3.2]. */
const NOT_PUBLISHED: ReadonlySet<number> = new Set([PROPERTY.willDelay, PROPERTY.messageExpiry])

/** Thrown for a version that the broker does not speak; `version` says how the client can be told so. */
export class UnknownVersion extends PacketError {
  readonly isMqtt5: boolean

  constructor(level: number) {
    super(REASON.unsupportedProtocolVersion, `MQTT protocol level ${level} is not spoken`)
    this.isMqtt5 = level >= 5
  }
}

/**
 * Reads the body of a CONNECT behind its version, which `readVersion` has read.
 * @throws PacketError for what MQTT forbids [MQTT 5, 3.1]
 */
export function decodeConnect(reader: PacketReader, version: Version): Connect {
  const flags = reader.byte()
  const [hasUser, hasPassword, hasWill] = [(flags & 0x80) !== 0, (flags & 0x40) !== 0, (flags & 0x04) !== 0]
  const willQos = (flags >> 3) & 3
  if ((flags & 1) !== 0) throw malformed('a CONNECT whose reserved flag is set')
  if (willQos === 3 || (!hasWill && (flags & 0x38) !== 0)) throw malformed('a CONNECT with wrong will flags')
  if (version < 5 && hasPassword && !hasUser) throw malformed('a password without a user name')
  const keepAlive = reader.twoBytes()
  const properties = version === 5 ? readProperties(reader, CONNECT_PROPERTIES) : NO_PROPERTIES
  const clientId = reader.text()
  const will = hasWill ? readWill(reader, version, willQos as 0 | 1 | 2, (flags & 0x20) !== 0) : undefined
  const username = hasUser ? reader.text() : undefined
  const password = hasPassword ? Buffer.from(reader.binary()) : undefined
  if (reader.more) throw malformed('a CONNECT that is longer than its fields')
  if (properties.text(PROPERTY.authenticationMethod) !== undefined)
    throw new PacketError(REASON.badAuthenticationMethod, 'no authentication method is known')
  if (properties.text(PROPERTY.authenticationData) !== undefined)
    throw notAllowed('authentication data without a method')
  return {
    version,
    clientId,
    clean: (flags & 2) !== 0,
    keepAlive,
    username,
    password,
    will,
    sessionExpiry: properties.number(PROPERTY.sessionExpiry),
    receiveMaximum: properties.number(PROPERTY.receiveMaximum) ?? 65_535,
    packetSize: properties.number(PROPERTY.maximumPacketSize) ?? Number.POSITIVE_INFINITY,
    topicAliasMaximum: properties.number(PROPERTY.topicAliasMaximum) ?? 0,
    wantsReasons: properties.number(PROPERTY.requestProblemInformation) !== 0
  }
}

/**
 * Reads the protocol's name and version, with which a CONNECT begins.
 * @throws UnknownVersion for a version of MQTT that is not spoken
 * @throws PacketError for what is not MQTT
 */
export function readVersion(reader: PacketReader): Version {
  const name = reader.text()
  const level = reader.byte()
  if (name === 'MQTT' && (level === 4 || level === 5)) return level
  if (name === 'MQIsdp' && level === 3) return level
  // Any other name is not MQTT at all [MQTT-3.1.2-1].
  if (name !== 'MQTT' && name !== 'MQIsdp') throw malformed('a CONNECT for another protocol')
  throw new UnknownVersion(level)
}

function readWill(reader: PacketReader, version: Version, qos: 0 | 1 | 2, retain: boolean): Will {
  const properties = version === 5 ? readProperties(reader, WILL_PROPERTIES) : NO_PROPERTIES
  const topic = reader.text()
  checkTopicName(topic)
  checkResponseTopic(properties)
  // Copies: the will outlives the packet.
  return {
    topic,
    payload: Buffer.from(reader.binary()),
    properties: Uint8Array.from(properties.without(NOT_PUBLISHED)),
    qos,
    retain,
    expiry: properties.number(PROPERTY.messageExpiry),
    delay: properties.number(PROPERTY.willDelay) ?? 0
  }
}

/** A response topic has no wildcards [MQTT-3.3.2-14]. */
export function checkResponseTopic(properties: Properties): void {
  const topic = properties.text(PROPERTY.responseTopic)
  if (topic !== undefined) checkTopicName(topic)
}
