import { formatByteSize } from '../../../core/byte-size.js'
import type { RememberedMessage } from '../../../core/catalogue/channel-entry.js'
import { payloadSize } from '../../../core/message.js'
import { markedSpans } from '../hit-marks.js'
import { type Line, span, spans } from '../line.js'
import type { TextSearch } from '../text-search.js'
import { type Doc, type DocValue, docOf, wrapLine } from './doc.js'
import { jsonDoc } from './json-lines.js'
import { markedTokens } from './marked-tokens.js'
import { contentOf } from './message-content.js'

// Nobody reads more of one text, and laying out more would take longer than a frame.
const LONGEST_TEXT = 256 * 1024

/** The payload of a message: JSON laid out and folded, text wrapped, bytes in hexadecimal. Hits of the search are marked in JSON and text. */
export function payloadDoc(
  message: RememberedMessage,
  folded: ReadonlySet<string>,
  width: number,
  search?: TextSearch
): Doc {
  const content = contentOf(message)
  if (content.kind === 'null') return docOf([[span('(no payload)', 'dim')]])
  if (content.kind === 'empty') return docOf([[span('(empty payload)', 'dim')]])
  if (content.kind === 'json')
    return jsonDoc(content.text, content.outline, folded, width, search && markedTokens(content, search))
  const missing = missingLine(message, content.kind === 'text' ? content.text : undefined)
  const doc =
    content.kind === 'text'
      ? textDoc(content.text, width, missing, search)
      : hexDoc(content.bytes, width, missing)
  return { ...doc, valueAt: () => payloadValue(message) }
}

/** The payload, to be copied as it is, as far as it was kept. */
export function payloadValue({ payload, size }: RememberedMessage): DocValue | undefined {
  if (payload === null || (payload.length === 0 && size > 0)) return undefined
  return { name: payload.length < size ? 'the beginning of the payload' : 'the payload', bytes: payload }
}

function missingLine(message: RememberedMessage, text: string | undefined): Line[] {
  const lines: Line[] = []
  if (text !== undefined && text.length > LONGEST_TEXT)
    lines.push([span(`… ${formatByteSize(text.length - LONGEST_TEXT)} more are not shown`, 'warning')])
  const unkept = message.size - payloadSize(message)
  if (unkept > 0) lines.push([span(`… ${formatByteSize(unkept)} more were not kept`, 'warning')])
  return lines
}

function textDoc(text: string, width: number, after: readonly Line[], search: TextSearch | undefined): Doc {
  const lines: Line[] = []
  const shown = text.slice(0, LONGEST_TEXT)
  const hits = search?.hits(shown) ?? []
  let at = 0
  for (const line of shown.split(/\r\n|\n/)) {
    lines.push(...wrapLine(hits.length > 0 ? markedSpans(line, hits, 'text', at) : spans(line), width))
    at += line.length + (shown.startsWith('\r\n', at + line.length) ? 2 : 1)
  }
  return docOf([...lines, ...after])
}

/** How many bytes a line of a hex dump has in that width. */
function bytesPerLine(width: number, offsetDigits: number): number {
  for (const count of [32, 16, 8]) if (offsetDigits + 2 + count * 3 + 1 + count <= width) return count
  return 4
}

function hexDoc(bytes: Uint8Array, width: number, after: readonly Line[]): Doc {
  const offsetDigits = bytes.length > 0x10000 ? 8 : 4
  const step = bytesPerLine(width, offsetDigits)
  const rows = Math.ceil(bytes.length / step)
  return {
    length: rows + after.length,
    cursorLines: 0,
    line: (index) =>
      index < rows ? hexLine(bytes, index * step, step, offsetDigits) : (after[index - rows] ?? [])
  }
}

/** One line of a hex dump: offset, bytes, and what is printable of them. */
export function hexLine(bytes: Uint8Array, offset: number, step: number, offsetDigits: number): Line {
  const part = bytes.subarray(offset, offset + step)
  const hex = Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const printable = Array.from(part, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'
  )
  return [
    span(offset.toString(16).padStart(offsetDigits, '0'), 'dim'),
    span(`  ${hex.padEnd(step * 3)} `),
    span(printable.join(''), 'string')
  ]
}
