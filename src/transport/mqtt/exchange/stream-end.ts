import { REASON } from '../reason-codes.js'

/** How a network connection ended, as far as that says something about what was sent on it. */
export interface StreamEnd {
  /** Whether the broker seems to have ended it: it said so, or its side was closed. A cut proxy looks the same. */
  readonly byBroker: boolean
  /** The reason code of the broker's DISCONNECT (MQTT 5); 0 where there was none. */
  readonly code: number
  /** Whether the socket had not taken all that was written. */
  readonly unsent: boolean
}

/** DISCONNECT reason codes by which a broker says that it cannot take a packet of ours [MQTT 5, section 3.14.2.1]. */
const BLAMES_PACKET = new Set<number>([
  REASON.malformedPacket,
  REASON.protocolError,
  REASON.topicNameInvalid,
  REASON.packetTooLarge,
  REASON.payloadFormatInvalid,
  REASON.retainNotSupported,
  REASON.qosNotSupported
])

/** DISCONNECT reason codes that give no reason. */
const SAYS_NOTHING = new Set<number>([0, REASON.unspecified, REASON.implementationSpecific])

/** Whether the broker said that a packet was the cause. */
export function blamesPacket({ code }: StreamEnd): boolean {
  return BLAMES_PACKET.has(code)
}

/** Whether a packet may have been the cause. */
export function mayBlamePacket({ byBroker, code }: StreamEnd): boolean {
  return byBroker && (BLAMES_PACKET.has(code) || SAYS_NOTHING.has(code))
}
