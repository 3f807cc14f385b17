import { TidingsError } from './errors.js'
import { asBuffer, viewOf } from './utf8.js'

const NEWLINE = 0x0a

/** The greatest length of a line in bytes, near that of a protocol's message. It also bounds the memory that a missing newline can cost. */
export const MAX_LINE_BYTES = 268_435_455

/**
 * Cuts a stream of bytes into lines. A line ends with a newline, which is not part of the line; no other byte is removed or added.
 * A last line without a newline counts, too. Lines come in batches, one batch for each chunk that completes a line. A line is a view
 * of its chunk, or a copy if it spans chunks.
 * @throws TidingsError of kind bad-input for a line longer than MAX_LINE_BYTES, after all lines before it
 */
export async function* lineBatches(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array[]> {
  let pieces: Uint8Array[] = []
  let pending = 0
  let count = 0
  for await (const chunk of chunks) {
    const bytes = asBuffer(chunk)
    const lines: Uint8Array[] = []
    let start = 0
    let end = bytes.indexOf(NEWLINE)
    if (end !== -1 && pending > 0) {
      lines.push(viewOf(Buffer.concat([...pieces, bytes.subarray(0, end)]), 0))
      pieces = []
      pending = 0
      start = end + 1
      end = bytes.indexOf(NEWLINE, start)
    }
    for (; end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      lines.push(viewOf(bytes, start, end))
      start = end + 1
    }
    count += lines.length
    if (lines.length > 0) yield lines
    if (start < bytes.length) {
      pieces.push(start === 0 ? bytes : bytes.subarray(start))
      pending += bytes.length - start
    }
    if (pending > MAX_LINE_BYTES) {
      throw new TidingsError(
        'bad-input',
        `line ${count + 1} is too long: more than ${MAX_LINE_BYTES} bytes`,
        {
          code: 'line-too-long',
          suggestion: 'end each message with a newline',
          details: { line: count + 1 }
        }
      )
    }
  }
  if (pending > 0) yield [viewOf(Buffer.concat(pieces), 0)]
}
