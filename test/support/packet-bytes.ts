// Packets that no library would make, byte by byte.

/** A packet with its first byte and the remaining length that its parts have. */
export function packetBytes(first: number, ...parts: readonly (number | Uint8Array)[]): Buffer {
  const body = joined(parts)
  return Buffer.concat([Buffer.from([first]), variableInteger(body.length), body])
}

/** MQTT's text: its length in two bytes, and UTF-8; or any bytes in place of UTF-8. */
export function text(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as string)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}

/** MQTT 5's properties with their length. */
export function properties(...parts: readonly (number | Uint8Array)[]): Buffer {
  const bytes = joined(parts)
  return Buffer.concat([variableInteger(bytes.length), bytes])
}

/** The body of a CONNECT: `level` 3, 4 or 5; `payload` behind the client identifier. */
export function connectBytes(
  level: number,
  {
    name = level === 3 ? 'MQIsdp' : 'MQTT',
    flags = 2,
    props = properties(),
    clientId = 'raw',
    payload = [],
    first = 0x10
  }: {
    name?: string
    flags?: number
    props?: Uint8Array
    clientId?: string | Uint8Array
    payload?: readonly Uint8Array[]
    first?: number
  } = {}
): Buffer {
  const own = level === 5 ? [props] : []
  return packetBytes(first, text(name), level, flags, 0, 0, ...own, text(clientId), ...payload)
}

function joined(parts: readonly (number | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)))
}

function variableInteger(value: number): Buffer {
  const bytes = []
  let left = value
  while (left > 0x7f) {
    bytes.push((left & 0x7f) | 0x80)
    left >>= 7
  }
  return Buffer.from([...bytes, left])
}
