/** Random numbers of 32 bits, the same for the same seed (mulberry32), so that a failed run can be repeated. */
function bitsFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

/** A generator of numbers from 0 to below 1, the same for the same seed. */
export function seededRandom(seed: number): () => number {
  const bits = bitsFrom(seed)
  return () => bits() / 2 ** 32
}

/** A generator of random integers below `limit`, the same for the same seed. */
export function numbersFrom(seed: number): (limit: number) => number {
  const bits = bitsFrom(seed)
  return (limit) => bits() % limit
}
