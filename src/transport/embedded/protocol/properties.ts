import { REASON } from '../../mqtt/reason-codes.js'
import { malformed, notAllowed, PacketError } from './packet-error.js'
import type { PacketReader } from './packet-reader.js'

/** The properties of MQTT 5 that the broker reads or writes, by their identifiers [MQTT 5, 2.2.2.2]. */
export const PROPERTY = {
  payloadFormat: 0x01,
  messageExpiry: 0x02,
  contentType: 0x03,
  responseTopic: 0x08,
  correlationData: 0x09,
  subscriptionId: 0x0b,
  sessionExpiry: 0x11,
  assignedClientId: 0x12,
  authenticationMethod: 0x15,
  authenticationData: 0x16,
  requestProblemInformation: 0x17,
  willDelay: 0x18,
  requestResponseInformation: 0x19,
  reasonString: 0x1f,
  receiveMaximum: 0x21,
  topicAliasMaximum: 0x22,
  topicAlias: 0x23,
  userProperty: 0x26,
  maximumPacketSize: 0x27
} as const

type Kind = 'flag' | 'two' | 'four' | 'variable' | 'text' | 'binary' | 'pair'

/** How each property is written, and whether it may be 0. */
const KINDS: ReadonlyMap<number, Kind> = new Map([
  [PROPERTY.payloadFormat, 'flag'],
  [PROPERTY.messageExpiry, 'four'],
  [PROPERTY.contentType, 'text'],
  [PROPERTY.responseTopic, 'text'],
  [PROPERTY.correlationData, 'binary'],
  [PROPERTY.subscriptionId, 'variable'],
  [PROPERTY.sessionExpiry, 'four'],
  [PROPERTY.authenticationMethod, 'text'],
  [PROPERTY.authenticationData, 'binary'],
  [PROPERTY.requestProblemInformation, 'flag'],
  [PROPERTY.willDelay, 'four'],
  [PROPERTY.requestResponseInformation, 'flag'],
  [PROPERTY.reasonString, 'text'],
  [PROPERTY.receiveMaximum, 'two'],
  [PROPERTY.topicAliasMaximum, 'two'],
  [PROPERTY.topicAlias, 'two'],
  [PROPERTY.userProperty, 'pair'],
  [PROPERTY.maximumPacketSize, 'four']
])

/** Properties in one packet, which the broker reads in one turn. */
const MOST = 10_000

const NEVER_ZERO: ReadonlySet<number> = new Set([
  PROPERTY.subscriptionId,
  PROPERTY.receiveMaximum,
  PROPERTY.maximumPacketSize
])

/** What the properties of one packet say. */
export interface Properties {
  number(identifier: number): number | undefined
  text(identifier: number): string | undefined
  /** The properties in their wire form, without the length and without `left`. */
  without(left: ReadonlySet<number>): Uint8Array
}

const NOTHING = new Uint8Array(0)
/** What a packet says that has none. */
export const NO_PROPERTIES: Properties = {
  number: () => undefined,
  text: () => undefined,
  without: () => NOTHING
}

/**
 * Reads the properties at the reader's position, with their length.
 * @param allowed those that this packet may have
 * @throws PacketError for another property, one given twice, a value that it may not have, or more of them than the broker takes
 */
export function readProperties(reader: PacketReader, allowed: ReadonlySet<number>): Properties {
  const length = reader.variableInteger()
  if (length === 0) return NO_PROPERTIES
  const start = reader.skip(length)
  const end = reader.at
  reader.at = start
  const values = new Map<number, number | string>()
  const parts: [identifier: number, from: number, to: number][] = []
  while (reader.at < end) {
    if (parts.length >= MOST) throw new PacketError(REASON.quotaExceeded, `more than ${MOST} properties`)
    const from = reader.at
    const identifier = reader.variableInteger()
    const kind = allowed.has(identifier) ? KINDS.get(identifier) : undefined
    if (kind === undefined) throw malformed(`a property ${identifier} that this packet does not have`)
    if (kind !== 'pair' && values.has(identifier)) throw notAllowed(`the property ${identifier} twice`)
    const value = readValue(reader, kind)
    if (value === 0 && NEVER_ZERO.has(identifier)) throw notAllowed(`a property ${identifier} of 0`)
    values.set(identifier, value)
    parts.push([identifier, from, reader.at])
  }
  if (reader.at > end) throw malformed('properties that are longer than they say')
  const { bytes } = reader
  return {
    number: (identifier) => numberOf(values.get(identifier)),
    text: (identifier) => textOf(values.get(identifier)),
    without: (left) => {
      if (!parts.some(([identifier]) => left.has(identifier))) return bytes.subarray(start, end)
      const kept = parts.filter(([identifier]) => !left.has(identifier))
      return Buffer.concat(kept.map(([, from, to]) => bytes.subarray(from, to)))
    }
  }
}

const numberOf = (value: number | string | undefined) => (typeof value === 'number' ? value : undefined)
const textOf = (value: number | string | undefined) => (typeof value === 'string' ? value : undefined)

function readValue(reader: PacketReader, kind: Kind): number | string {
  switch (kind) {
    case 'flag': {
      const flag = reader.byte()
      if (flag > 1) throw notAllowed('a property that is neither 0 nor 1')
      return flag
    }
    case 'two':
      return reader.twoBytes()
    case 'four':
      return reader.fourBytes()
    case 'variable':
      return reader.variableInteger()
    case 'text':
      return reader.text()
    case 'binary':
      reader.binary()
      return ''
    case 'pair':
      reader.text()
      reader.text()
      return ''
  }
}
