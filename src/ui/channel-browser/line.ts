import type { ProfileColor } from '../../core/profile/profile.js'
import { visibleText } from '../../core/visible-text.js'
import { cellWidth, sliceCells } from '../cell-width.js'

/** What a piece of text means; `screen-writer.ts` decides how that looks, in colours or without. */
export type Style =
  | 'text'
  | 'dim'
  | 'strong'
  | 'title'
  | 'bar'
  | `bar-${ProfileColor}`
  | 'selected'
  | 'hit'
  | 'name'
  | 'string'
  | 'number'
  | 'literal'
  | 'good'
  | 'warning'
  | 'bad'

/** A piece of a line. Made by `span` only, so that its text is always safe to show. */
export interface Span {
  readonly text: string
  /** How many cells of the terminal it takes. */
  readonly cells: number
  readonly style: Style
}

/** One line of the screen, from left to right. */
export type Line = readonly Span[]

// No screen is this wide, so no piece needs to be longer. Names and payloads can be longer.
const LONGEST = 4096

/** Makes a piece of a line from a text. Control characters in the text are made visible. */
export function span(text: string, style: Style = 'text'): Span {
  const shown = visibleText(text.length > LONGEST ? text.slice(0, LONGEST) : text)
  return { text: shown, cells: cellWidth(shown), style }
}

/** A text of any length as pieces of a line. */
export function spans(text: string, style: Style = 'text'): Span[] {
  const pieces: Span[] = []
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + LONGEST / 2)
    // Both halves of a surrogate pair stay in one piece.
    if (end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00) end--
    pieces.push(span(text.slice(at, end), style))
    at = end
  }
  return pieces
}

/** How many cells a line takes. */
export function lineWidth(line: Line): number {
  let width = 0
  for (const piece of line) width += piece.cells
  return width
}

/** The line in exactly `width` cells: cut with an ellipsis, or filled with blanks. */
export function fitLine(line: Line, width: number): Span[] {
  const isCut = lineWidth(line) > width
  const fitted: Span[] = []
  let left = isCut ? width - 1 : width
  for (const piece of line) {
    if (piece.cells > left) {
      const text = sliceCells(piece.text, left)
      const cells = cellWidth(text)
      fitted.push({ text, cells, style: piece.style })
      left -= cells
      break
    }
    fitted.push(piece)
    left -= piece.cells
  }
  if (isCut && width > 0) fitted.push(span('…', 'dim'))
  if (left > 0) fitted.push(span(' '.repeat(left)))
  return fitted
}

/** The text at the right end of exactly `width` cells. */
export function rightText(text: string, width: number): string {
  return text.length >= width ? text.slice(0, Math.max(0, width)) : text.padStart(width)
}

/** The line shown as the one that is selected: in one style from edge to edge, except for hits of the search. */
export function selectLine(line: Line, style: Style = 'selected'): Span[] {
  return line.map((piece) => (piece.style === 'hit' ? piece : { ...piece, style }))
}

/** The line without its styles. */
export function plainText(line: Line): string {
  let text = ''
  for (const piece of line) text += piece.text
  return text
}
