import { formatByteSize } from '../core/byte-size.js'
import type { ChannelCatalogue } from '../core/catalogue/channel-catalogue.js'
import { levelPaths } from '../core/channel-levels.js'
import { counted } from '../core/counted.js'
import { formatDuration } from '../core/duration.js'
import { formatGrouped } from '../core/grouped-number.js'
import { visibleText } from '../core/visible-text.js'
import { cellWidth } from './cell-width.js'
import type { ChannelRow } from './channel-rows.js'
import type { Theme } from './theme.js'

interface Column {
  readonly title: string
  readonly text: (row: ChannelRow) => string
  readonly left?: boolean
}

/** The bytes beside the number of messages would be those of a few of them, and nobody has seen whether more come. */
const isPartlySeen = ({ count, seen }: ChannelRow): boolean => count > seen

const FIGURES: readonly Column[] = [
  { title: 'messages', text: ({ count }) => formatGrouped(count) },
  { title: 'rate', text: (row) => (row.rate === 0 && isPartlySeen(row) ? '' : formatRate(row.rate)) },
  { title: 'bytes', text: (row) => (isPartlySeen(row) ? '' : formatByteSize(row.bytes)) },
  { title: 'age', text: ({ age }) => (Number.isFinite(age) ? formatDuration(Math.round(age / 1000)) : '') },
  { title: 'payload', text: ({ kinds }) => kinds.join(', '), left: true },
  { title: '', text: ({ retained }) => (retained ? 'retained' : ''), left: true }
]

/** How a table is shown. */
export interface TableLooks {
  readonly theme: Theme
  /** Cells of a line. A name that is too long for it moves the figures of its own line only. */
  readonly columns: number
}

/** A table with one line per row. The line of a family says how many channels it stands for. */
export function formatChannelTable(rows: readonly ChannelRow[], looks: TableLooks): string {
  const lines = rows.map((row) => ({ label: labelOf(row, row.address), row }))
  return formatLines(lines, looks)
}

/** The same as a tree: a line for each level, indented, with figures where there is a channel. The order of the rows is kept. */
export function formatChannelTree(rows: readonly ChannelRow[], looks: TableLooks, separator: string): string {
  const lines: Line[] = []
  const seen = new Set<string>()
  for (const branch of byBranch(rows, separator)) {
    const levels = branch.address.split(separator)
    for (const [above, path] of levelPaths(branch.address, separator).slice(0, -1).entries()) {
      if (seen.has(path)) continue
      seen.add(path)
      lines.push({ label: `${treeLabel(levels, above)}${separator}`, row: undefined })
    }
    seen.add(branch.address)
    lines.push({ label: labelOf(branch, treeLabel(levels, levels.length - 1)), row: branch })
  }
  return formatLines(lines, looks)
}

/** One line that sums up what was observed, and one warning for each kind of thing that was left out. */
export function summaryLines(
  catalogue: ChannelCatalogue,
  now: number
): { summary: string; warnings: string[] } {
  const { channels, messages, bytes, dropped } = catalogue
  const total = channels.reduce((sum, channel) => sum + channel.total, dropped.beyondChannels)
  const elapsed = formatDuration(Math.round((now - (catalogue.startedAt ?? now)) / 1000))
  const warnings: string[] = []
  if (dropped.beyondChannels > 0)
    warnings.push(
      `${counted(dropped.beyondChannels)} ${dropped.beyondChannels === 1 ? 'was' : 'were'} on channels beyond the maximum; raise it: --max-channels`
    )
  if (dropped.unlisted > 0)
    warnings.push(
      `${counted(dropped.unlisted, 'channel')} that the broker lists ${dropped.unlisted === 1 ? 'is' : 'are'} beyond the maximum; raise it: --max-channels`
    )
  const sampled =
    dropped.unexamined > 0
      ? `; schemas are based on ${formatGrouped(messages - dropped.beyondChannels - dropped.unexamined)} of the messages`
      : ''
  const seen = formatByteSize(bytes)
  const came =
    total > messages
      ? ` with ${counted(total)}, ${formatGrouped(messages)} of them looked at, ${seen}`
      : `, ${counted(messages)}, ${seen}`
  return {
    summary: `${counted(channels.length, 'channel')}${came} in ${elapsed}${sampled}`,
    warnings
  }
}

interface Line {
  readonly label: string
  readonly row: ChannelRow | undefined
}

function formatLines(lines: readonly Line[], { theme, columns }: TableLooks): string {
  const cells = lines.map(({ row }) => FIGURES.map(({ text }) => (row ? text(row) : '')))
  const widths = FIGURES.map(({ title }, at) =>
    Math.max(title.length, ...sample(cells).map((cell) => cell[at]?.length ?? 0))
  )
  const room = columns - widths.reduce((sum, width) => sum + 2 + width, 0)
  const labels = lines.map(({ label }) => cellWidth(label))
  const first = Math.max('channel'.length, ...sample(labels).filter((width) => width <= room))
  const figures = (texts: readonly string[]) =>
    FIGURES.map(({ left }, at) => {
      const text = texts[at] ?? ''
      return left ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)
    }).join('  ')
  const head = `${'channel'.padEnd(first)}  ${figures(FIGURES.map(({ title }) => title))}`.trimEnd()
  const body = lines.map(({ label, row }, at) => {
    const painted = row ? theme.channel(label) : theme.faint(label)
    const rest = `${' '.repeat(Math.max(0, first - (labels[at] ?? 0)))}  ${figures(cells[at] ?? [])}`
    return row ? `${painted}${rest.trimEnd()}` : painted
  })
  return [theme.faint(head), ...body].map((line) => `${line}\n`).join('')
}

// Column widths are measured over at most this many lines: `Math.max` cannot take any number of arguments, and nobody reads further.
const MEASURED = 10_000
const sample = <T>(list: readonly T[]): readonly T[] => list.slice(0, MEASURED)

function labelOf(row: ChannelRow, label: string): string {
  const shown = visibleText(label)
  return row.channels > 1 ? `${shown} (${formatGrouped(row.channels)})` : shown
}

function treeLabel(levels: readonly string[], above: number): string {
  const level = visibleText(levels[above] ?? '')
  return `${'  '.repeat(above)}${level === '' ? '(empty)' : level}`
}

/** Puts the rows below one level next to each other. Levels come in the order of their first row. */
function byBranch(rows: readonly ChannelRow[], separator: string): ChannelRow[] {
  const order = new Map<string, number>()
  for (const { address } of rows)
    for (const path of levelPaths(address, separator)) if (!order.has(path)) order.set(path, order.size)
  const key = ({ address }: ChannelRow) => levelPaths(address, separator).map((path) => order.get(path) ?? 0)
  const keyed = rows.map((row) => ({ row, key: key(row) }))
  keyed.sort((a, b) => compareKeys(a.key, b.key))
  return keyed.map(({ row }) => row)
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function formatRate(rate: number): string {
  return `${rate >= 100 ? formatGrouped(Math.round(rate)) : rate.toFixed(1)}/s`
}
