import { sliceCells } from './cell-width.js'

/**
 * The text in lines of at most `width` cells, 2 at least. No character is left out and no cluster is split, unless it is wider than a
 * line. Control characters must have been made visible before.
 */
export function wrapCells(text: string, width: number): string[] {
  const lines: string[] = []
  let rest = text
  do {
    const line = firstLine(rest, width)
    lines.push(line)
    rest = rest.slice(line.length)
  } while (rest !== '')
  return lines
}

/** As `wrapCells`, but cut at a blank where a line has one, which is then left out. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = []
  for (let rest = text; rest !== ''; ) {
    const line = firstLine(rest, width)
    const isWhole = line.length === rest.length || rest[line.length] === ' '
    const end = isWhole ? line.length : line.lastIndexOf(' ')
    const kept = end > 0 ? line.slice(0, end) : line
    lines.push(kept)
    rest = rest.slice(kept.length).replace(/^ /, '')
  }
  return lines
}

const firstLine = (text: string, width: number) => sliceCells(text, width) || text.slice(0, firstLength(text))

/** The length of the first character in code units. */
const firstLength = (text: string) => ((text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1)
