import type { Header, MqttBinding } from '../../../core/message.js'

const NONE = Uint8Array.of(0)
const LARGEST_EXPIRY = 0xffff_ffff

/** The properties of a PUBLISH with their length; or, as a string, why no packet can hold them. */
export function encodePublishProperties(mqtt: MqttBinding, headers: readonly Header[]): Uint8Array | string {
  const parts: Uint8Array[] = []
  if (mqtt.payloadUtf8 !== undefined) parts.push(Uint8Array.of(0x01, mqtt.payloadUtf8 ? 1 : 0))
  if (mqtt.expiry !== undefined) {
    if (!Number.isInteger(mqtt.expiry) || mqtt.expiry < 0 || mqtt.expiry > LARGEST_EXPIRY) {
      return `an expiry of ${mqtt.expiry} is not a whole number of seconds up to ${LARGEST_EXPIRY}`
    }
    const part = Buffer.alloc(5)
    part[0] = 0x02
    part.writeUInt32BE(mqtt.expiry, 1)
    parts.push(part)
  }
  for (const [identifier, name, value] of [
    [0x03, 'content type', mqtt.contentType],
    [0x08, 'response channel', mqtt.responseChannel],
    [0x09, 'correlation', mqtt.correlation]
  ] as const) {
    if (value === undefined) continue
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    if (bytes.length > 65_535) return `the ${name} is longer than 65535 bytes`
    parts.push(Uint8Array.of(identifier), withLength(bytes))
  }
  for (const [name, value] of headers) {
    const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)]
    if (nameBytes.length > 65_535 || valueBytes.length > 65_535) return 'a header is longer than 65535 bytes'
    parts.push(Uint8Array.of(0x26), withLength(nameBytes), withLength(valueBytes))
  }
  if (parts.length === 0) return NONE
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  if (size > 268_435_455) return 'the headers are larger than any packet'
  const length = Buffer.alloc(4)
  return Buffer.concat([length.subarray(0, writeVariableInteger(length, 0, size)), ...parts])
}

/** Writes a variable byte integer and returns the position behind it. */
export function writeVariableInteger(target: Uint8Array, at: number, value: number): number {
  let next = at
  let left = value
  while (left > 0x7f) {
    target[next++] = (left & 0x7f) | 0x80
    left >>>= 7
  }
  target[next++] = left
  return next
}

function withLength(bytes: Uint8Array): Uint8Array {
  const part = Buffer.allocUnsafe(bytes.length + 2)
  part.writeUInt16BE(bytes.length, 0)
  part.set(bytes, 2)
  return part
}
