import { ByteWriter } from '../byte-writer.js'
import { TidingsError } from '../errors.js'
import { MAX_LINE_BYTES } from '../lines.js'

/** A row of a CSV file. */
export interface CsvRow {
  readonly fields: readonly Uint8Array[]
  /** The line on which it starts, counted from 1. */
  readonly line: number
  /** Whether the file ends within the row. */
  readonly torn: boolean
}

const QUOTE = 0x22
const COMMA = 0x2c
const LF = 0x0a
const CR = 0x0d

/**
 * Cuts bytes into rows of fields (RFC 4180). A field in double quotes may hold commas and line ends, and holds a double quote as two.
 * Rows come in batches, one batch for each chunk that completes a row. A last row without a line end counts, and is marked as torn.
 */
export async function* csvRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow[]> {
  const field = new ByteWriter()
  let fields: Uint8Array[] = []
  let line = 1
  let rowLine = 1
  let size = 0
  let quoted = false
  let afterQuote = false
  for await (const chunk of chunks) {
    const rows: CsvRow[] = []
    for (let at = 0; at < chunk.length; at++) {
      // What has no meaning of its own is copied as one piece: a field may be millions of bytes long.
      const end = plainUntil(chunk, at, quoted)
      if (end > at) {
        field.writeBytes(chunk, at, end)
        if (quoted) line += countLines(chunk.subarray(at, end))
        size += end - at
        at = end
      }
      const byte = chunk[at]
      if (byte !== undefined) size++
      if (size > MAX_LINE_BYTES) {
        yield rows
        throw tooLong(rowLine)
      }
      if (byte === LF) line++
      if (byte === QUOTE) {
        // Two quotes within a quoted field stand for one quote. The first of the two has ended the quoted part; the second continues it.
        if (quoted) afterQuote = true
        else if (afterQuote) field.writeByte(QUOTE)
        quoted = !quoted
        if (quoted) afterQuote = false
      } else if (byte === COMMA) {
        fields.push(field.take())
        afterQuote = false
      } else if (byte === LF) {
        fields.push(field.take())
        if (fields.length > 1 || (fields[0]?.length ?? 0) > 0)
          rows.push({ fields, line: rowLine, torn: false })
        fields = []
        rowLine = line
        size = 0
        afterQuote = false
      }
    }
    if (rows.length > 0) yield rows
  }
  if (fields.length > 0 || field.length > 0 || quoted) {
    yield [{ fields: [...fields, field.take()], line: rowLine, torn: true }]
  }
}

/** Up to where bytes belong to the field as they are. */
function plainUntil(chunk: Uint8Array, start: number, quoted: boolean): number {
  if (quoted) {
    const found = chunk.indexOf(QUOTE, start)
    return found < 0 ? chunk.length : found
  }
  let at = start
  for (; at < chunk.length; at++) {
    const byte = chunk[at]
    if (byte === COMMA || byte === LF || byte === QUOTE || byte === CR) break
  }
  return at
}

function countLines(bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count++
  return count
}

function tooLong(line: number): TidingsError {
  return new TidingsError('bad-input', `line ${line} is too long: more than ${MAX_LINE_BYTES} bytes`, {
    code: 'line-too-long',
    suggestion: 'a double quote may be missing there',
    details: { line }
  })
}
