import { visibleText } from '../../../core/visible-text.js'
import { truncateMiddle } from '../../cell-width.js'
import { previewOf } from '../detail/history-doc.js'
import { formatAge, formatCount, formatRate } from '../figures.js'
import { layOut } from '../layout.js'
import { fitLine, type Line, lineWidth, rightText, selectLine, span } from '../line.js'
import type { Model } from '../model.js'
import { sparkline } from '../sparkline.js'
import type { TreeRow } from '../tree-rows.js'
import type { World } from '../world.js'

const DEEPEST_INDENT = 24

/** How wide the columns of the tree are; 0 for those that have no room. */
interface Columns {
  readonly name: number
  readonly value: number
  readonly count: number
  readonly rate: number
  readonly spark: number
  readonly age: number
}

function columnsFor(width: number): Columns {
  const fixed =
    width >= 70
      ? { count: 6, rate: 7, spark: 13, age: 5 }
      : width >= 34
        ? { count: 6, rate: 0, spark: 7, age: 5 }
        : width >= 22
          ? { count: 0, rate: 0, spark: 0, age: 5 }
          : { count: 0, rate: 0, spark: 0, age: 0 }
  const left = width - 1 - fixed.count - fixed.rate - fixed.spark - fixed.age
  const value = width >= 70 ? Math.floor(left * 0.45) : 0
  return { ...fixed, value, name: Math.max(0, left - value) }
}

/** The tree of channels, as far as it is on the screen. */
export function viewTree(model: Model, world: World, width: number): Line[] {
  const { treeRows, treeHasHead } = layOut(model)
  const { rows, indexOf } = world.rows(model)
  const columns = columnsFor(width)
  const lines: Line[] = treeHasHead ? [headLine(columns)] : []
  if (rows.length === 0) return [...lines, [span(emptyText(model, world), 'dim')]]
  const at = model.selected === undefined ? 0 : Math.max(0, indexOf(model.selected))
  const top = Math.max(0, Math.min(at - model.offset, rows.length - treeRows))
  for (const row of rows.slice(top, top + treeRows)) {
    const isSelected = row === rows[at]
    const line = [span(isSelected ? '›' : ' ', 'strong'), ...rowLine(row, columns, world)]
    if (!isSelected) lines.push(line)
    else lines.push(selectLine(fitLine(line, width), model.focus === 'tree' ? 'selected' : 'strong'))
  }
  return lines
}

function emptyText(model: Model, world: World): string {
  if (model.search !== '' && !world.searchDone) return ' searching …'
  return ' no channel matches'
}

function headLine(columns: Columns): Line {
  const { name, value, count, rate, spark, age } = columns
  return [
    ...fitLine([span(' channel', 'dim')], name + 1),
    ...fitLine([span(value > 0 ? ' latest payload' : '', 'dim')], value),
    span(rightText('msgs', count), 'dim'),
    span(rightText('rate', rate), 'dim'),
    span(rightText(spark > 8 ? `last ${spark - 1} s` : `${spark - 1} s`, spark), 'dim'),
    span(rightText('age', age), 'dim')
  ]
}

function rowLine({ node, label, depth, isOpen }: TreeRow, columns: Columns, world: World): Line {
  const isBranch = node.children.length > 0
  const icon = !isBranch ? '  ' : isOpen ? '▾ ' : '▸ '
  const { entry } = node
  // A narrow pane indents less, so that more of each name is shown.
  const step = columns.value > 0 ? 2 : 1
  const indent = Math.min(depth * step, DEEPEST_INDENT, Math.max(0, columns.name - 8))
  const after = [
    ...(isBranch && !isOpen ? [span(` (${formatCount(node.channels)})`, 'dim')] : []),
    ...(entry?.retained ? [span(' R', 'dim')] : [])
  ]
  const room = Math.max(1, columns.name - indent - 2 - lineWidth(after))
  const name = [
    span(' '.repeat(indent) + icon, 'dim'),
    span(truncateMiddle(visibleText(label.slice(0, 4096)), room), isBranch ? 'strong' : 'text'),
    ...after
  ]
  const age = node.count === 0 ? undefined : world.now - node.lastSeen
  const samples = columns.spark > 1 ? node.samples(world.now, columns.spark - 1) : []
  return [
    ...fitLine(name, columns.name),
    ...(columns.value > 0
      ? fitLine([span(' '), span(entry?.latest ? previewOf(entry.latest) : '', 'string')], columns.value)
      : []),
    span(rightText(columns.count > 0 ? formatCount(node.count) : '', columns.count)),
    span(rightText(columns.rate > 0 ? formatRate(node.rate(world.now)) : '', columns.rate)),
    span(columns.spark > 1 ? ` ${sparkline(samples)}` : '', 'good'),
    span(
      rightText(columns.age > 0 && age !== undefined ? formatAge(age) : '', columns.age),
      age !== undefined && age < 2e6 ? 'good' : 'dim'
    )
  ]
}
