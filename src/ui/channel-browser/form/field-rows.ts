import { cellWidth, clusters, sliceCells } from '../../cell-width.js'
import { eachCluster } from './each-cluster.js'
import type { TextField } from './text-field.js'

/** A part of a text that is one row of the screen: from `start` to before `end`, in code units. */
export interface FieldRow {
  readonly start: number
  readonly end: number
}

/** Code units of a cell that count: so many marks on one letter nobody reads. */
const MOST_UNITS = 16

/** A tab as it is shown. */
export const TAB = '    '

/** From this length on, the rows that were made last are kept. */
const LONG = 2000

interface Layout {
  readonly text: string
  readonly width: number
  readonly rows: readonly FieldRow[]
}

let last: Layout | undefined

/**
 * Divides a text into rows: at its line feeds, and where a line is longer than the screen. A row leaves a cell for a cursor behind it.
 * @param width cells of the screen, 3 at least
 */
export function fieldRows(text: string, width: number): readonly FieldRow[] {
  if (last?.text === text && last.width === width) return last.rows
  const rows = last?.width === width && text.length >= LONG ? changedRows(text, last) : allRows(text, width)
  if (text.length >= LONG) last = { text, width, rows }
  return rows
}

function allRows(text: string, width: number): FieldRow[] {
  const rows: FieldRow[] = []
  for (let start = 0; start <= text.length; ) start = addLine(text, start, width, rows)
  return rows
}

/** The rows of a text that was laid out before it was changed: those before and behind the change are taken over. */
function changedRows(text: string, before: Layout): FieldRow[] {
  const { width } = before
  const same = commonStart(before.text, text)
  // A mark that was added joins with the end of the row before.
  const first = Math.max(0, rowOf(before.rows, same) - 1)
  const rows = before.rows.slice(0, first)
  const added = text.length - before.text.length
  const tail = text.length - commonEnd(before.text, text, same)
  for (let start = before.rows[first]?.start ?? 0; start <= text.length; ) {
    start = addLine(text, start, width, rows)
    if (start <= tail || start > text.length) continue
    for (const row of before.rows.slice(rowOf(before.rows, start - added)))
      rows.push({ start: row.start + added, end: row.end + added })
    return rows
  }
  return rows
}

function commonStart(one: string, other: string): number {
  let at = 0
  while (at < one.length && at < other.length && one.charCodeAt(at) === other.charCodeAt(at)) at++
  return at
}

/** The length of the end that both texts have, besides a common start. */
function commonEnd(one: string, other: string, start: number): number {
  const most = Math.min(one.length, other.length) - start
  let length = 0
  while (
    length < most &&
    one.charCodeAt(one.length - 1 - length) === other.charCodeAt(other.length - 1 - length)
  )
    length++
  return length
}

/** Adds the rows of the line that begins at `from`, and returns where the next line begins. */
function addLine(text: string, from: number, width: number, rows: FieldRow[]): number {
  const feed = text.indexOf('\n', from)
  const to = feed < 0 ? text.length : feed
  const room = Math.max(2, width - 1)
  let start = from
  let at = from
  let cells = 0
  eachCluster(text.slice(from, to), (length, wide) => {
    const more = text.charCodeAt(at) === 9 ? TAB.length : wide
    if (cells + more > room && at > start) {
      rows.push({ start, end: at })
      start = at
      cells = 0
    }
    cells += more
    at += length
  })
  rows.push({ start, end: to })
  return to + 1
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
  const before = [...clusters(text.slice(Math.max(0, cursor - width * MOST_UNITS), cursor))]
  let head = ''
  // A third of the width is left to what is behind the cursor.
  const room = Math.max(1, Math.min(width - 2, Math.floor((width * 2) / 3)))
  for (let cluster = before.pop(); cluster !== undefined; cluster = before.pop()) {
    if (cellWidth(cluster + head) > room) break
    head = cluster + head
  }
  return { text: head + sliceCells(text.slice(cursor), width - cellWidth(head)), cursor: head.length }
}
