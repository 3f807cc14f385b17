const SEED = 0x9747b28c
const M = 0x5bd1e995

/** The hash by which Kafka's Java client chooses a partition for a key (`Utils.murmur2`), as an unsigned number of 32 bits. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes
  let hash = SEED ^ length
  const whole = length & ~3
  for (let at = 0; at < whole; at += 4) {
    let k =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)
    k = Math.imul(k, M)
    k ^= k >>> 24
    hash = Math.imul(hash, M) ^ Math.imul(k, M)
  }
  const left = length - whole
  if (left === 3) hash ^= (bytes[whole + 2] as number) << 16
  if (left >= 2) hash ^= (bytes[whole + 1] as number) << 8
  if (left >= 1) hash = Math.imul(hash ^ (bytes[whole] as number), M)
  hash ^= hash >>> 13
  hash = Math.imul(hash, M)
  return (hash ^ (hash >>> 15)) >>> 0
}

/** The partition of a key, as Kafka's Java client chooses it. */
export const partitionOfKey = (key: Uint8Array, partitions: number): number =>
  (murmur2(key) & 0x7fff_ffff) % partitions
