import { TidingsError } from './errors.js'
import { asBuffer, viewOf } from './utf8.js'

const NEWLINE = 0x0a

/** The greatest length of a line in bytes, near that of a protocol's message. It also bounds the memory that a missing newline can cost. */
export const MAX_LINE_BYTES = 268_435_455

/** Lines that lie behind each other, one byte apart. */
export interface Lines {
  readonly bytes: Uint8Array
  /** Where each line begins, and at last one behind the end of the last line. */
  readonly bounds: readonly number[]
}

/** As `lineRuns`, with each line as a view of its chunk, or a copy if it spans chunks. */
export async function* lineBatches(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array[]> {
  for await (const { bytes, bounds } of lineRuns(chunks)) {
    const lines: Uint8Array[] = []
    for (let at = 1; at < bounds.length; at++)
      lines.push(viewOf(bytes, bounds[at - 1] as number, (bounds[at] as number) - 1))
    yield lines
  }
}

/**
 * Cuts a stream of bytes into lines. A line ends with a newline, which is not part of the line; no other byte is removed or added.
 * A last line without a newline counts, too. The lines within a chunk come together, and one that spans chunks comes alone.
 * @throws TidingsError of kind bad-input for a line longer than MAX_LINE_BYTES, after all lines before it
 */
export async function* lineRuns(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Lines> {
  let pieces: Uint8Array[] = []
  let pending = 0
  let count = 0
  for await (const chunk of chunks) {
    const bytes = asBuffer(chunk)
    let start = 0
    let end = bytes.indexOf(NEWLINE)
    if (end !== -1 && pending > 0) {
      count++
      yield oneLine([...pieces, bytes.subarray(0, end)])
      pieces = []
      pending = 0
      start = end + 1
      end = bytes.indexOf(NEWLINE, start)
    }
    if (end !== -1) {
      const bounds = [start]
      for (; end !== -1; end = bytes.indexOf(NEWLINE, start)) {
        start = end + 1
        bounds.push(start)
      }
      count += bounds.length - 1
      yield { bytes, bounds }
    }
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
  if (pending > 0) yield oneLine(pieces)
}

function oneLine(pieces: readonly Uint8Array[]): Lines {
  const bytes = Buffer.concat(pieces)
  return { bytes, bounds: [0, bytes.length + 1] }
}
