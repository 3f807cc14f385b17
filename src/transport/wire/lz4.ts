/** https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md */
const MAGIC = 0x184d2204
const HAS_BLOCK_CHECKSUMS = 0x10
const HAS_CONTENT_SIZE = 0x08
const HAS_DICTIONARY = 0x01
const UNCOMPRESSED = 0x8000_0000

/**
 * Decompresses an LZ4 frame. Its own checksums are not compared: a batch of Kafka's has one that covers the frame.
 * @param limit the most bytes that may come out
 * @throws RangeError for bytes that are no such frame, or more than `limit` of them
 */
export function decompressLz4(frame: Buffer, limit: number): Buffer {
  if (frame.length < 7 || frame.readUInt32LE(0) !== MAGIC) throw new RangeError('it is no LZ4 frame')
  const flags = frame[4] as number
  if ((flags & HAS_DICTIONARY) !== 0) throw new RangeError('the LZ4 frame needs a dictionary')
  const out = new Lz4Output(limit, frame.length * 4)
  let at = 7 + ((flags & HAS_CONTENT_SIZE) !== 0 ? 8 : 0)
  for (;;) {
    if (at + 4 > frame.length) throw new RangeError('the LZ4 frame ends too early')
    const size = frame.readUInt32LE(at)
    at += 4
    if (size === 0) return out.bytes
    const end = at + (size & ~UNCOMPRESSED)
    if (end < at || end > frame.length) throw new RangeError('a block runs beyond the LZ4 frame')
    if (size >= UNCOMPRESSED) out.copy(frame, at, end)
    else out.block(frame, at, end)
    at = end + ((flags & HAS_BLOCK_CHECKSUMS) !== 0 ? 4 : 0)
  }
}

/** What came out so far. Later blocks may refer to it. */
class Lz4Output {
  readonly #limit: number
  #buffer: Buffer
  #length = 0

  constructor(limit: number, capacity: number) {
    this.#limit = limit
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(limit, capacity))
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  copy(from: Buffer, start: number, end: number): void {
    this.#reserve(end - start)
    from.copy(this.#buffer, this.#length, start, end)
    this.#length += end - start
  }

  /** https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md */
  block(from: Buffer, start: number, end: number): void {
    let at = start
    // Bytes above 14 add to a length, up to the first that is not 255.
    const longer = (length: number): number => {
      let sum = length
      for (let byte = 255; byte === 255; ) {
        if (at >= end) throw new RangeError('a length runs beyond its LZ4 block')
        byte = from[at++] as number
        sum += byte
      }
      return sum
    }
    while (at < end) {
      const token = from[at++] as number
      const literals = token >>> 4 === 15 ? longer(15) : token >>> 4
      if (at + literals > end) throw new RangeError('literals run beyond their LZ4 block')
      this.copy(from, at, at + literals)
      at += literals
      // A block ends with literals.
      if (at === end) return
      if (at + 2 > end) throw new RangeError('a match runs beyond its LZ4 block')
      const distance = from.readUInt16LE(at)
      at += 2
      this.#repeat(distance, ((token & 15) === 15 ? longer(15) : token & 15) + 4)
    }
  }

  #repeat(distance: number, count: number): void {
    if (distance === 0 || distance > this.#length) throw new RangeError('a match before the LZ4 frame')
    this.#reserve(count)
    const buffer = this.#buffer
    const to = this.#length
    // Where they overlap, what was just written is read again.
    if (distance >= count) buffer.copyWithin(to, to - distance, to - distance + count)
    else for (let at = to; at < to + count; at++) buffer[at] = buffer[at - distance] as number
    this.#length += count
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed > this.#limit) throw new RangeError(`more than ${this.#limit} bytes would come out`)
    if (needed <= this.#buffer.length) return
    const grown = Buffer.allocUnsafeSlow(Math.min(this.#limit, Math.max(needed, this.#buffer.length * 2)))
    this.#buffer.copy(grown, 0, 0, this.#length)
    this.#buffer = grown
  }
}
