import { type Line, type Span, span } from '../line.js'
import { fieldRows, rowOf, shownText, windowOf } from './field-rows.js'
import { firstCluster, type TextField } from './text-field.js'

/** A text of one line with the cursor, which is a block in reverse. */
export function textLine(field: TextField, hasCursor: boolean, width: number): Span[] {
  const { text, cursor } = windowOf(field, width)
  return hasCursor ? withCursor(text, cursor) : [span(text)]
}

function withCursor(text: string, cursor: number): Span[] {
  const under = firstCluster(text.slice(cursor))
  return [
    span(shownText(text.slice(0, cursor))),
    span(under === '' ? ' ' : shownText(under), 'selected'),
    span(shownText(text.slice(cursor + under.length)))
  ]
}

/** The rows of a text from `top` on, with the cursor. */
export function textRows(
  { text, cursor }: TextField,
  hasCursor: boolean,
  width: number,
  top: number,
  count: number
): Line[] {
  const rows = fieldRows(text, width)
  const at = hasCursor ? rowOf(rows, cursor) : -1
  return rows.slice(top, top + count).map(({ start, end }, index) => {
    const row = text.slice(start, end)
    return top + index === at ? withCursor(row, cursor - start) : [span(shownText(row))]
  })
}
