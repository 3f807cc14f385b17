import { type Folding, loadFolding } from './fold-blocks.js'

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

/** From so many bytes on, folding is worth its fixed cost: at 8 KB it is half as fast again as the tables, at 64 KB five times. */
const LARGE = 8192
/** So many large bytes come before folding is loaded: loading costs as much as the tables do for a megabyte. */
const WORTH_LOADING = 1_000_000

let largeBytes = 0
let folding: Folding | undefined

/** The CRC-32C of `bytes[start..end]`, as an unsigned number of 32 bits. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  tables ??= makeTables()
  const folds = end - start < LARGE ? undefined : foldingFor(end - start)
  if (folds === undefined) return ~add(-1, bytes, start, end) >>> 0
  const { folded, rest } = folds.fold(bytes, start, end)
  return ~add(add(0, folded, 0, folded.length), bytes, rest, end) >>> 0
}

/** What makes this many bytes shorter; undefined before it is worth loading, and where it cannot be had. */
function foldingFor(size: number): Folding | undefined {
  if (largeBytes >= WORTH_LOADING) return folding
  largeBytes += size
  if (largeBytes >= WORTH_LOADING) folding = loadFolding()
  return folding
}

/** What becomes of a sum as bytes follow. */
function add(before: number, bytes: Uint8Array, start: number, end: number): number {
  // An array of words has to begin at a multiple of four bytes.
  const wordsAt = Math.min(end, start + (-(bytes.byteOffset + start) & 3))
  const steps = isLittleEndian ? Math.floor((end - wordsAt) / STEP) : 0
  let sum = addBytes(before, bytes, start, wordsAt)
  if (steps > 0) sum = addWords(sum, new Int32Array(bytes.buffer, bytes.byteOffset + wordsAt, steps * 4))
  return addBytes(sum, bytes, wordsAt + steps * STEP, end)
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
