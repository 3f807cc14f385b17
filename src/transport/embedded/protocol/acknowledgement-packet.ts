import { NO_MATCHING_SUBSCRIBERS, REASON } from '../../mqtt/reason-codes.js'
import { malformed, notAllowed } from './packet-error.js'
import { PacketReader } from './packet-reader.js'
import { PUBACK, PUBREC } from './packet-types.js'
import { PROPERTY, readProperties } from './properties.js'

export interface Acknowledgement {
  readonly packetId: number
  /** 0 before MQTT 5. */
  readonly code: number
}

const PROPERTIES: ReadonlySet<number> = new Set([PROPERTY.reasonString, PROPERTY.userProperty])
/** What PUBACK and PUBREC may say [MQTT-3.4.2-1, MQTT-3.5.2-1]. */
const ON_MESSAGES: ReadonlySet<number> = new Set([
  0,
  NO_MATCHING_SUBSCRIBERS,
  REASON.unspecified,
  REASON.implementationSpecific,
  REASON.notAuthorized,
  REASON.topicNameInvalid,
  REASON.packetIdentifierInUse,
  REASON.quotaExceeded,
  REASON.payloadFormatInvalid
])
/** What PUBREL and PUBCOMP may say [MQTT-3.6.2-1, MQTT-3.7.2-1]. */
const ON_IDENTIFIERS: ReadonlySet<number> = new Set([0, REASON.packetIdentifierNotFound])

/**
 * Reads the body of a PUBACK, PUBREC, PUBREL or PUBCOMP.
 * @throws PacketError for what MQTT forbids [MQTT 5, 3.4 to 3.7]
 */
export function decodeAcknowledgement(
  bytes: Buffer,
  start: number,
  end: number,
  kind: number,
  isMqtt5: boolean
): Acknowledgement {
  const reader = new PacketReader(bytes, start, end)
  const packetId = reader.twoBytes()
  if (packetId === 0) throw notAllowed('a packet identifier of 0')
  if (!reader.more) return { packetId, code: 0 }
  if (!isMqtt5) throw malformed('an acknowledgement that is longer than its fields')
  const code = reader.byte()
  const codes = kind === PUBACK || kind === PUBREC ? ON_MESSAGES : ON_IDENTIFIERS
  if (!codes.has(code)) throw notAllowed(`an acknowledgement with the reason code ${code}`)
  if (reader.more) readProperties(reader, PROPERTIES)
  if (reader.more) throw malformed('an acknowledgement that is longer than its fields')
  return { packetId, code }
}
