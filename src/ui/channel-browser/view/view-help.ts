import { cellWidth } from '../../cell-width.js'
import { BINDINGS, type BindingGroup, shownKeys } from '../keys.js'
import { layOut } from '../layout.js'
import { fitLine, type Line, span } from '../line.js'
import type { Model } from '../model.js'

const KEYS_WIDTH = 10
const TWO_COLUMNS = 130

/** A broker does not say what it drops (mosquitto beyond `max_queued_messages`), so that no count of it can be shown. */
const FIGURES: Line[] = [
  [span(' Figures', 'strong')],
  [span(' messages  ', 'name'), span('those that arrived here; a broker may drop some for a slow')],
  [span('           '), span('subscriber, and says so to nobody')],
  []
]

const MOUSE: Line[] = [
  [span(' Mouse', 'strong')],
  [span(' click     ', 'name'), span('select a line, a tab; again: open or close it')],
  [span(' wheel     ', 'name'), span('scroll the pane under it')],
  [span(' drag      ', 'name'), span('the line between the panes: change their widths')],
  [span(' Shift     ', 'name'), span('held: the terminal selects text')],
  []
]

/** Every key and what it does, and what the figures count. */
export function viewHelp(model: Model): Line[] {
  return helpLines(model).slice(model.helpTop)
}

/** Where the help stands. */
export interface HelpPlace {
  /** The page that is shown, and how many there are; both from 1. */
  readonly page: number
  readonly pages: number
  /** The first line of the last page. */
  readonly lastTop: number
}

/** Where the help stands: the page that its first line is on, or the last one where its end is shown. */
export function helpPlace(model: Model): HelpPlace {
  const { bodyRows } = layOut(model)
  const { length } = helpLines(model)
  const lastTop = Math.max(0, length - bodyRows)
  const top = model.helpTop ?? 0
  const pages = Math.max(1, Math.ceil(length / bodyRows))
  return { page: top >= lastTop ? pages : Math.floor(top / bodyRows) + 1, pages, lastTop }
}

function helpLines({ size: { columns } }: Model): Line[] {
  const groups = [...BINDINGS.map(groupLines), MOUSE, FIGURES]
  const lines = columns >= TWO_COLUMNS ? sideBySide(groups, Math.floor(columns / 2)) : groups.flat()
  // The last group has an empty line behind it, too.
  return lines.slice(0, lines.findLastIndex((line) => line.some(({ text }) => text.trim() !== '')) + 1)
}

function groupLines({ title, bindings }: BindingGroup): Line[] {
  const lines = bindings.map((binding): Line => {
    const keys = shownKeys(binding)
    return [
      span(` ${keys}${' '.repeat(Math.max(1, KEYS_WIDTH - cellWidth(keys)))}`, 'name'),
      span(binding.help)
    ]
  })
  return [[span(` ${title}`, 'strong')], ...lines, []]
}

function sideBySide(groups: readonly Line[][], width: number): Line[] {
  const half = Math.ceil(groups.length / 2)
  const left = groups.slice(0, half).flat()
  const right = groups.slice(half).flat()
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => [
    ...fitLine(left[index] ?? [], width),
    ...(right[index] ?? [])
  ])
}
