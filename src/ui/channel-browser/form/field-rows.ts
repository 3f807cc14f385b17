import { cellWidth, clusters, sliceCells } from '../../cell-width.js'
import type { TextField } from './text-field.js'

/** A part of a text that is one row of the screen: from `start` to before `end`, in code units. */
export interface FieldRow {
  readonly start: number
  readonly end: number
}

/** A tab as it is shown. */
export const TAB = '    '

const ONE_CELL_EACH = /^[\x20-\x7e]*$/
/** From this length on, the rows that were made last are kept: 64 KiB of an Indic script take 50 ms. */
const LONG = 2000
let last: { text: string; width: number; rows: readonly FieldRow[] } | undefined

/**
 * Divides a text into rows: at its line feeds, and where a line is longer than the screen. A row leaves a cell for a cursor behind it.
 * @param width cells of the screen, 3 at least
 */
export function fieldRows(text: string, width: number): readonly FieldRow[] {
  if (last?.text === text && last.width === width) return last.rows
  const rows: FieldRow[] = []
  for (let start = 0; start <= text.length; ) {
    const feed = text.indexOf('\n', start)
    const end = feed < 0 ? text.length : feed
    addRows(text, start, end, Math.max(2, width - 1), rows)
    start = end + 1
  }
  if (text.length >= LONG) last = { text, width, rows }
  return rows
}

function addRows(text: string, from: number, to: number, width: number, rows: FieldRow[]): void {
  const line = text.slice(from, to)
  let start = from
  if (ONE_CELL_EACH.test(line)) {
    for (; to - start > width; start += width) rows.push({ start, end: start + width })
  } else {
    let cells = 0
    let at = from
    for (const cluster of clusters(line)) {
      const more = shownWidth(cluster)
      if (cells + more > width && at > start) {
        rows.push({ start, end: at })
        start = at
        cells = 0
      }
      cells += more
      at += cluster.length
    }
  }
  rows.push({ start, end: to })
}

/** How many cells a text of one row takes, its tabs as they are shown. */
export function shownWidth(text: string): number {
  return cellWidth(shownText(text))
}

/** A text of one row as it is shown. */
export function shownText(text: string): string {
  return text.replaceAll('\t', TAB)
}

/** The number of the row that the cursor is on. A cursor between two rows of one line is on the second one. */
export function rowOf(rows: readonly FieldRow[], cursor: number): number {
  let low = 0
  let high = rows.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((rows[middle]?.start ?? 0) <= cursor) low = middle
    else high = middle - 1
  }
  return low
}

/** Moves the cursor by rows, to about the same cell; undefined where there is no such row. */
export function moveByRows(field: TextField, width: number, by: number): TextField | undefined {
  const { text, cursor } = field
  const rows = fieldRows(text, width)
  const from = rowOf(rows, cursor)
  const target = rows[from + by]
  if (target === undefined) return undefined
  const wanted = shownWidth(text.slice(rows[from]?.start, cursor))
  let cells = 0
  let to = target.start
  // The place behind a row that goes on is the first one of the next row.
  const next = rows[from + by + 1]
  const lastPlace = next?.start === target.end ? target.end - 1 : target.end
  for (const cluster of clusters(text.slice(target.start, target.end))) {
    cells += shownWidth(cluster)
    if (cells > wanted || to + cluster.length > lastPlace) break
    to += cluster.length
  }
  return { text, cursor: to }
}

/** The part of a text of one line that is shown in `width` cells, so that the cursor is in it. `cursor` counts from the part's start. */
export function windowOf({ text, cursor }: TextField, width: number): TextField {
  if (cellWidth(text) < width) return { text, cursor }
  const before = [...clusters(text.slice(0, cursor))]
  let head = ''
  // A third of the width is left to what is behind the cursor.
  const room = Math.max(1, Math.min(width - 2, Math.floor((width * 2) / 3)))
  for (let cluster = before.pop(); cluster !== undefined; cluster = before.pop()) {
    if (cellWidth(cluster + head) > room) break
    head = cluster + head
  }
  return { text: head + sliceCells(text.slice(cursor), width - cellWidth(head)), cursor: head.length }
}
