/** The reflected polynomial of CRC-32C (Castagnoli; RFC 3720, appendix B.4). */
const POLYNOMIAL = 0x82f63b78

/** Bytes that one step takes. */
const STEP = 16

let tables: Int32Array | undefined

/**
 * Sixteen tables of 256 numbers: table `n` says what a byte does to the sum once `n` further bytes have followed. Made on first use,
 * because most runs need none.
 */
function makeTables(): Int32Array {
  const made = new Int32Array(STEP * 256)
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1
    made[byte] = sum
  }
  for (let at = 256; at < made.length; at++) {
    const before = made[at - 256] as number
    made[at] = (before >>> 8) ^ (made[before & 0xff] as number)
  }
  return made
}

/** Whether the low byte of a number comes first in memory, as on nearly all machines. */
const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

/** The CRC-32C of `bytes[start..end]`, as an unsigned number of 32 bits. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  tables ??= makeTables()
  // An array of words has to begin at a multiple of four bytes.
  const wordsAt = Math.min(end, start + (-(bytes.byteOffset + start) & 3))
  let sum = addBytes(0xffff_ffff, bytes, start, wordsAt)
  const steps = isLittleEndian ? Math.floor((end - wordsAt) / STEP) : 0
  if (steps > 0) sum = addWords(sum, new Int32Array(bytes.buffer, bytes.byteOffset + wordsAt, steps * 4))
  return ~addBytes(sum, bytes, wordsAt + steps * STEP, end) >>> 0
}

function addBytes(before: number, bytes: Uint8Array, start: number, end: number): number {
  const t = tables as Int32Array
  let sum = before
  for (let at = start; at < end; at++) sum = (sum >>> 8) ^ (t[(sum ^ (bytes[at] as number)) & 0xff] as number)
  return sum
}

/** Four words a step: 1.6 GB/s, where a loop over two words byte by byte comes to 1.2. */
function addWords(before: number, words: Int32Array): number {
  const t = tables as Int32Array
  let sum = before
  for (let at = 0; at < words.length; at += 4) {
    const a = sum ^ (words[at] as number)
    const b = words[at + 1] as number
    const c = words[at + 2] as number
    const d = words[at + 3] as number
    sum =
      (t[3840 + (a & 0xff)] as number) ^
      (t[3584 + ((a >>> 8) & 0xff)] as number) ^
      (t[3328 + ((a >>> 16) & 0xff)] as number) ^
      (t[3072 + (a >>> 24)] as number) ^
      (t[2816 + (b & 0xff)] as number) ^
      (t[2560 + ((b >>> 8) & 0xff)] as number) ^
      (t[2304 + ((b >>> 16) & 0xff)] as number) ^
      (t[2048 + (b >>> 24)] as number) ^
      (t[1792 + (c & 0xff)] as number) ^
      (t[1536 + ((c >>> 8) & 0xff)] as number) ^
      (t[1280 + ((c >>> 16) & 0xff)] as number) ^
      (t[1024 + (c >>> 24)] as number) ^
      (t[768 + (d & 0xff)] as number) ^
      (t[512 + ((d >>> 8) & 0xff)] as number) ^
      (t[256 + ((d >>> 16) & 0xff)] as number) ^
      (t[d >>> 24] as number)
  }
  return sum
}
