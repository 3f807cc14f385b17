import type { MarkedText } from '../core/errors.js'
import { visibleText } from '../core/visible-text.js'
import { cellWidth } from './cell-width.js'

const INDENT = '  '
/** So much of the text is shown before the mark, and behind it. */
const AROUND = 36

/** Two lines: the text, or the part of it around the mark, and below it a mark where the mistake is. */
export function formatMarked({ text, offset }: MarkedText): string {
  const start = offset <= AROUND ? 0 : offset - AROUND
  const end = Math.min(text.length, offset + AROUND)
  const before = `${start > 0 ? '…' : ''}${visibleText(text.slice(start, offset))}`
  const after = `${visibleText(text.slice(offset, end))}${end < text.length ? '…' : ''}`
  return `${INDENT}${before}${after}\n${INDENT}${' '.repeat(cellWidth(before))}^`
}
