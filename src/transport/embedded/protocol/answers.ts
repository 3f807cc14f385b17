import { REASON } from '../../mqtt/reason-codes.js'
import { ByteWriter } from '../../wire/byte-writer.js'
import type { BrokerLimits } from '../broker-limits.js'
import type { Connect } from './connect-packet.js'
import { PROPERTY } from './properties.js'
import { TOPIC_ALIASES } from './publish-reader.js'

/** How MQTT before version 5 says why a client may not connect [MQTT 3.1.1, table 3.1]; 0: it has no word for it. */
const OLD_CODES: ReadonlyMap<number, number> = new Map([
  [REASON.unsupportedProtocolVersion, 1],
  [REASON.clientIdentifierNotValid, 2],
  [REASON.serverBusy, 3],
  [REASON.quotaExceeded, 3],
  [REASON.serverUnavailable, 3],
  [REASON.badUserNameOrPassword, 4],
  [REASON.notAuthorized, 5]
])

/** The body of a CONNACK that lets a client in. */
export function accepted(
  connect: Connect,
  sessionPresent: boolean,
  assignedId: string,
  limits: BrokerLimits
): Uint8Array {
  const to = new ByteWriter(64)
  // MQTT 3.1 has no such flag.
  to.byte(sessionPresent && connect.version > 3 ? 1 : 0)
  to.byte(0)
  if (connect.version < 5) return to.written
  const properties = new ByteWriter(64)
  properties.byte(PROPERTY.receiveMaximum)
  properties.twoBytes(limits.receiveMaximum)
  properties.byte(PROPERTY.maximumPacketSize)
  properties.fourBytes(limits.packetSize)
  properties.byte(PROPERTY.topicAliasMaximum)
  properties.twoBytes(TOPIC_ALIASES)
  if (assignedId !== '') {
    properties.byte(PROPERTY.assignedClientId)
    properties.text(assignedId)
  }
  to.variableInteger(properties.length)
  to.bytes(properties.written)
  return to.written
}

/** The body of a CONNACK that keeps a client out; `undefined`: its version has no word for the reason. */
export function turnedAway(isMqtt5: boolean, code: number, why: string): Uint8Array | undefined {
  if (isMqtt5) return withReason([0, code], why)
  const old = OLD_CODES.get(code)
  return old === undefined ? undefined : Uint8Array.of(0, old)
}

/** The codes in front, and properties that hold a reason in words. */
export function withReason(codes: readonly number[], why: string): Uint8Array {
  const properties = new ByteWriter(128)
  if (why !== '') {
    properties.byte(PROPERTY.reasonString)
    properties.text(why)
  }
  const to = new ByteWriter(128)
  to.bytes(Uint8Array.from(codes))
  to.variableInteger(properties.length)
  to.bytes(properties.written)
  return to.written
}

/** The body of a SUBACK or UNSUBACK. */
export function codesFor(packetId: number, isMqtt5: boolean, codes: readonly number[]): Uint8Array {
  const to = new ByteWriter(codes.length + 3)
  to.twoBytes(packetId)
  if (isMqtt5) to.byte(0)
  to.bytes(Uint8Array.from(codes))
  return to.written
}
