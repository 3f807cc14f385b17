import { sliceCells } from './cell-width.js'

/**
 * The text in lines of at most `width` cells, 2 at least. No character is left out and no cluster is split, unless it is wider than a
 * line. Control characters must have been made visible before.
 */
export function wrapCells(text: string, width: number): string[] {
  const lines: string[] = []
  let rest = text
  do {
    const line = sliceCells(rest, width) || rest.slice(0, firstLength(rest))
    lines.push(line)
    rest = rest.slice(line.length)
  } while (rest !== '')
  return lines
}

/** The length of the first character in code units. */
const firstLength = (text: string) => ((text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1)
