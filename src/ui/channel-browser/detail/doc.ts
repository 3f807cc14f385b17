import { cellWidth, sliceCells } from '../../cell-width.js'
import { type Line, lineWidth, type Span, span } from '../line.js'

/** Something that can be copied. */
export interface DocValue {
  /** What it is, for people. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** The content of a tab. A line is made only when it is on the screen. */
export interface Doc {
  readonly length: number
  line(index: number): Line
  /** How many of the lines the cursor can be on, from the first; with none, the content is only scrolled. */
  readonly cursorLines: number
  /** The JSON pointer of the value that begins on that line and can be folded. */
  foldableAt?(index: number): string | undefined
  /** The value on that line, to be copied. */
  valueAt?(index: number): DocValue | undefined
  /** The JSON pointer of the number that a chart shows on that line. */
  fieldAt?(index: number): string | undefined
  /** Every pointer that can be folded. */
  foldable?(): readonly string[]
}

/** A doc of lines that already exist. */
export function docOf(lines: readonly Line[]): Doc {
  return { length: lines.length, line: (index) => lines[index] ?? [], cursorLines: 0 }
}

/** As `wrapLine`, divided at blanks where there are any: for words that people read. */
export const wrapWords = (line: Line, width: number, indent = 0): Line[] =>
  wrapLine(line, width, indent, true)

/** The line in pieces of at most `width` cells, the further ones indented. */
export function wrapLine(line: Line, width: number, indent = 0, atWords = false): Line[] {
  if (lineWidth(line) <= width) return [line]
  const wrapped: Span[][] = []
  let current: Span[] = []
  let left = width
  const blank = Math.max(0, Math.min(indent, width - 8))
  for (const piece of line) {
    let rest = piece.text
    while (rest !== '') {
      const most = sliceCells(rest, left)
      if (most === '' && left === width) break
      const taken = atWords && most.length < rest.length ? wholeWords(most, rest) : most
      if (taken !== '') current.push({ text: taken, cells: cellWidth(taken), style: piece.style })
      rest = rest.slice(taken.length)
      left -= cellWidth(taken)
      if (rest === '') break
      if (atWords) rest = rest.replace(/^ /, '')
      wrapped.push(current)
      current = blank > 0 ? [span(' '.repeat(blank))] : []
      left = Math.max(1, width - blank)
    }
  }
  if (current.length > 0) wrapped.push(current)
  return wrapped
}

/** What fits without the word that does not; all that fits where that is one word. */
function wholeWords(fitting: string, rest: string): string {
  const at = rest[fitting.length] === ' ' ? fitting.length : fitting.lastIndexOf(' ')
  return at > 0 ? fitting.slice(0, at) : fitting
}
