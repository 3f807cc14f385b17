/** A copy of the packet with one to four damages: a changed byte, a flipped bit, a cut, inserted bytes or a repetition. */
export function mutate(packet: Uint8Array, below: (limit: number) => number): Buffer {
  let bytes = Buffer.from(packet)
  for (let damages = 1 + below(4); damages > 0; damages--) {
    const at = below(Math.max(1, bytes.length))
    const kind = below(10)
    if (kind < 4) bytes[at] = below(256)
    else if (kind < 7) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
    else if (kind === 7) bytes = bytes.subarray(0, at + 1)
    else if (kind === 8)
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(below(256)), bytes.subarray(at)])
    else bytes = Buffer.concat([bytes, bytes.subarray(at)])
  }
  return bytes
}
