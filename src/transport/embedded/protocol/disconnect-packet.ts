import { malformed } from './packet-error.js'
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

/** @throws PacketError for what MQTT forbids [MQTT 5, 3.14] */
export function decodeDisconnect(bytes: Buffer, start: number, end: number, isMqtt5: boolean): Disconnect {
  const reader = new PacketReader(bytes, start, end)
  if (!isMqtt5) {
    if (reader.more) throw malformed('a DISCONNECT that is longer than its fields')
    return { keepsWill: false, sessionExpiry: undefined }
  }
  const code = reader.more ? reader.byte() : 0
  const properties = reader.more ? readProperties(reader, PROPERTIES) : undefined
  return { keepsWill: code !== 0, sessionExpiry: properties?.number(PROPERTY.sessionExpiry) }
}
