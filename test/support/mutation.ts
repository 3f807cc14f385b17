/** A generator of random integers below `limit`, which are the same for the same seed (mulberry32). */
export function numbersFrom(seed: number): (limit: number) => number {
  let state = seed >>> 0
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

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
