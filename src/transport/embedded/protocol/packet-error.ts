import { PacketTooLarge } from '../../mqtt/exchange/frame-splitter.js'
import { REASON } from '../../mqtt/reason-codes.js'

/** Why a client's connection ends: the reason code that MQTT 5 clients are told, and words for it. */
export class PacketError extends Error {
  readonly code: number

  constructor(code: number, why: string) {
    super(why)
    this.code = code
  }
}

/** Why a connection ends in which this was thrown. */
export function toPacketError(cause: unknown): PacketError {
  if (cause instanceof PacketError) return cause
  if (cause instanceof PacketTooLarge) return new PacketError(REASON.packetTooLarge, cause.message)
  return malformed(cause instanceof Error ? cause.message : String(cause))
}

/** A packet that cannot be read [MQTT-4.13.1-1]. */
export const malformed = (why: string): PacketError => new PacketError(REASON.malformedPacket, why)

/** A packet that can be read and may not be sent. */
export const notAllowed = (why: string): PacketError => new PacketError(REASON.protocolError, why)
