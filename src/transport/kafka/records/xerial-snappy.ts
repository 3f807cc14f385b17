/** How the framing begins that Kafka's Java client puts around blocks of Snappy; a version and the oldest compatible one follow. */
const MARK = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const HEADER = MARK.length + 8

/**
 * Decompresses Snappy, in the framing of Kafka's Java client or bare.
 * @param uncompress decompresses one block; throws for bytes that are none, and where more come out than its second argument says
 * @param limit the most bytes that may come out
 * @throws RangeError for a frame that ends too early, or more bytes than `limit`
 */
export function decompressSnappy(
  bytes: Buffer,
  uncompress: (block: Buffer, limit: number) => Buffer,
  limit: number
): Buffer {
  if (!bytes.subarray(0, MARK.length).equals(MARK)) return uncompress(bytes, limit)
  const blocks: Buffer[] = []
  let left = limit
  for (let at = HEADER; at < bytes.length; ) {
    const size = at + 4 <= bytes.length ? bytes.readInt32BE(at) : -1
    const end = at + 4 + size
    if (size < 0 || end > bytes.length) throw new RangeError('a block of Snappy ends too early')
    const block = uncompress(bytes.subarray(at + 4, end), left)
    left -= block.length
    blocks.push(block)
    at = end
  }
  return Buffer.concat(blocks)
}
