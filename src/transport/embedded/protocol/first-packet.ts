import { type Connect, decodeConnect, readVersion } from './connect-packet.js'
import { malformed, notAllowed } from './packet-error.js'
import type { PacketOutput } from './packet-output.js'
import { PacketReader } from './packet-reader.js'
import { CONNECT } from './packet-types.js'

export const BEFORE_CONNECT = 'a packet before CONNECT was accepted'

/**
 * Checks the first byte of the first packet. Somebody who speaks HTTP, say, is let go at once: what looks like the packet's length may
 * never come.
 * @throws PacketError for what begins no CONNECT [MQTT-3.1.0-1]
 */
export function checkBeginning([first = 0]: Uint8Array): void {
  if (first >> 4 !== CONNECT) throw notAllowed(BEFORE_CONNECT)
}

/**
 * Reads the CONNECT whose first byte is `bytes[start]` and whose body is `bytes[body..end]`.
 * @param output learns the client's version first, because a refusal is written as that version has it
 * @throws PacketError for what MQTT forbids [MQTT 5, 3.1]
 */
export function readConnect(
  bytes: Buffer,
  start: number,
  body: number,
  end: number,
  output: PacketOutput
): Connect {
  checkBeginning(bytes.subarray(start))
  const reader = new PacketReader(bytes, body, end)
  const version = readVersion(reader)
  output.isMqtt5 = version === 5
  if (version === 5) checkLength(bytes, start, body)
  if (((bytes[start] as number) & 0xf) !== 0) throw malformed('a packet whose reserved bits are wrong')
  return decodeConnect(reader, version)
}

/** @throws PacketError for a remaining length of more bytes than it needs [MQTT-1.5.5-1] */
export function checkLength(bytes: Buffer, start: number, body: number): void {
  if (body - start > 2 && bytes[body - 1] === 0)
    throw malformed('a remaining length of more bytes than it needs')
}
