import type { Header } from '../../../core/message.js'
import { byteSizeOf } from './payload-field.js'
import { isSeen } from './typed-text.js'

/** Headers as lines, `name: value`. */
export interface HeaderLines {
  readonly text: string
  /** The headers that no line can say, by the line that stands for each. */
  readonly kept: ReadonlyMap<string, Header>
}

/** The headers of a message as lines to be edited. A line for a value of bytes says only how many there are. */
export function headerLines(headers: readonly Header[]): HeaderLines {
  const kept = new Map<string, Header>()
  const lines = headers.map((header) => {
    const [name, value] = header
    const line = `${name}: ${typeof value === 'string' ? value : byteSizeOf(value)}`
    if (isSaid(header)) return line
    let unique = isSeen(line) && !line.includes('\n') ? line : `(header ${kept.size + 1}, kept as it is)`
    while (kept.has(unique)) unique += ' '
    kept.set(unique, header)
    return unique
  })
  return { text: lines.join('\n'), kept }
}

/** Whether a line says the header: what is read from the line is the same. */
function isSaid([name, value]: Header): boolean {
  if (typeof value !== 'string') return false
  const line = `${name}: ${value}`
  const read = isSeen(line) && !/[\n\t]/.test(line) ? parseLine(line) : undefined
  return read !== undefined && read[0] === name && read[1] === value
}

/** The headers that lines say, in their order; or why one is none. Blank lines do not count. */
export function parseHeaderLines(
  text: string,
  kept: HeaderLines['kept']
): readonly Header[] | { readonly why: string } {
  const headers: Header[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const header = kept.get(line) ?? parseLine(line)
    if (header === undefined) return { why: `line ${index + 1} is not "name: value"` }
    headers.push(header)
  }
  return headers
}

function parseLine(line: string): Header | undefined {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(0, colon)).trim()
  return name === '' ? undefined : [name, line.slice(colon + 1).trim()]
}
