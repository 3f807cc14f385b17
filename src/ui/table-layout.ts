import { cellWidth, truncateMiddle } from './cell-width.js'

/** A column of a table: its title, and a text for each row, which has been made visible. */
export interface TableColumn {
  readonly title: string
  readonly cells: readonly string[]
  /** Names begin on the left, and are cut in their middle where a line has no room for them. Figures end on the right, and are whole. */
  readonly holds: 'names' | 'figures'
  /** The column is left out where a line has no room for it. */
  readonly mayGo?: boolean
}

const GAP = 2
/** The widest and the narrowest column of names. */
const WIDEST = 40
const NARROWEST = 8

interface Sized extends TableColumn {
  width: number
}

/**
 * Lays out columns within `room` cells of a terminal: the cells of each line with their padding, the titles first. A table of figures that
 * have no room is wider.
 */
export function layOutTable(columns: readonly TableColumn[], room: number): readonly (readonly string[])[] {
  const sized = fitColumns(
    columns.map((column) => ({ ...column, width: widthOf(column) })),
    room
  )
  const rows = columns[0]?.cells.length ?? 0
  return Array.from({ length: rows + 1 }, (_, line) =>
    sized.map(({ title, cells, holds, width }) => {
      const cell = truncateMiddle(line === 0 ? title : (cells[line - 1] ?? ''), width)
      const padding = ' '.repeat(Math.max(0, width - cellWidth(cell)))
      return holds === 'names' ? cell + padding : padding + cell
    })
  )
}

/** Puts the cells of a line beside each other. */
export const joinCells = (cells: readonly string[]): string => cells.join(' '.repeat(GAP)).trimEnd()

function widthOf({ title, cells, holds }: TableColumn): number {
  const widest = Math.max(title.length, ...cells.map(cellWidth))
  return holds === 'names' ? Math.min(widest, WIDEST) : widest
}

function fitColumns(columns: readonly Sized[], room: number): readonly Sized[] {
  const missing = columns.reduce((sum, { width }) => sum + width, GAP * (columns.length - 1)) - room
  const names = columns.filter(({ holds, width }) => holds === 'names' && width > NARROWEST)
  const spare = names.reduce((sum, { width }) => sum + width - NARROWEST, 0)
  const last = columns.findLast(({ mayGo }) => mayGo)
  if (missing > spare && last !== undefined)
    return fitColumns(
      columns.filter((column) => column !== last),
      room
    )
  for (let left = Math.min(missing, spare); left > 0; left--) {
    const widest = names.reduce((one, other) => (other.width > one.width ? other : one))
    widest.width--
  }
  return columns
}
