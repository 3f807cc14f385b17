import { REASON } from '../../mqtt/reason-codes.js'
import { malformed, notAllowed } from './packet-error.js'
import { PacketReader } from './packet-reader.js'
import { PROPERTY, readProperties } from './properties.js'

export interface Disconnect {
  /** Whether the will is published all the same. */
  readonly keepsWill: boolean
  /** A new session expiry interval in seconds. */
  readonly sessionExpiry: number | undefined
}

const PROPERTIES: ReadonlySet<number> = new Set([
  PROPERTY.sessionExpiry,
  PROPERTY.reasonString,
  PROPERTY.userProperty
])

/** A client leaves, and its will is to be published. */
const WITH_WILL = 0x04
/** What a client may say when it leaves [MQTT-3.14.2-1]. */
const CODES: ReadonlySet<number> = new Set([
  0,
  WITH_WILL,
  REASON.unspecified,
  REASON.malformedPacket,
  REASON.protocolError,
  REASON.implementationSpecific,
  REASON.topicNameInvalid,
  REASON.receiveMaximumExceeded,
  REASON.topicAliasInvalid,
  REASON.packetTooLarge,
  REASON.messageRateTooHigh,
  REASON.quotaExceeded,
  REASON.administrativeAction,
  REASON.payloadFormatInvalid
])

/** @throws PacketError for what MQTT forbids [MQTT 5, 3.14] */
export function decodeDisconnect(bytes: Buffer, start: number, end: number, isMqtt5: boolean): Disconnect {
  const reader = new PacketReader(bytes, start, end)
  if (!isMqtt5) {
    if (reader.more) throw malformed('a DISCONNECT that is longer than its fields')
    return { keepsWill: false, sessionExpiry: undefined }
  }
  const code = reader.more ? reader.byte() : 0
  if (!CODES.has(code)) throw notAllowed(`a DISCONNECT with the reason code ${code}`)
  const properties = reader.more ? readProperties(reader, PROPERTIES) : undefined
  if (reader.more) throw malformed('a DISCONNECT that is longer than its fields')
  return { keepsWill: code !== 0, sessionExpiry: properties?.number(PROPERTY.sessionExpiry) }
}
