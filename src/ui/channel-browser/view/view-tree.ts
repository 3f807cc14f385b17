import { formatCount } from '../figures.js'
import { markedName } from '../hit-marks.js'
import { latestValue } from '../latest-value.js'
import { layOut } from '../layout.js'
import { fitLine, type Line, lineWidth, type Span, selectLine, span } from '../line.js'
import type { Model } from '../model.js'
import type { TreeNode } from '../tree-node.js'
import type { TreeRow } from '../tree-rows.js'
import { acceptance, type World } from '../world.js'
import { columnsFor, figureSpans, headLine, type TreeColumns } from './tree-columns.js'

const DEEPEST_INDENT = 24

/** The tree of channels, as far as it is on the screen. */
export function viewTree(model: Model, world: World, width: number): Line[] {
  const { treeRows, treeHasHead } = layOut(model)
  const { rows, indexOf } = world.rows(model)
  const columns = columnsFor(width, model.order)
  const lines: Line[] = treeHasHead ? [headLine(columns, model.order)] : []
  if (rows.length === 0) return [...lines, [span(emptyText(model, world), 'dim')]]
  const at = model.selected === undefined ? 0 : Math.max(0, indexOf(model.selected))
  const top = Math.max(0, Math.min(at - model.offset, rows.length - treeRows))
  for (const row of rows.slice(top, top + treeRows)) {
    const isSelected = row === rows[at]
    const line = [span(isSelected ? '›' : ' ', 'strong'), ...rowLine(row, columns, model, world)]
    if (!isSelected) lines.push(line)
    else lines.push(selectLine(fitLine(line, width), model.focus === 'tree' ? 'selected' : 'strong'))
  }
  return lines
}

function emptyText(model: Model, world: World): string {
  if (model.search !== '' && !world.searchDone) return ' searching …'
  return ' no channel matches'
}

function rowLine(row: TreeRow, columns: TreeColumns, model: Model, world: World): Line {
  const { node, label, depth, isOpen } = row
  const isBranch = node.children.length > 0
  const icon = !isBranch ? '  ' : isOpen ? '▾ ' : '▸ '
  const { entry } = node
  // A narrow pane indents less, so that more of each name is shown.
  const step = columns.figures.length > 1 ? 2 : 1
  const indent = Math.min(depth * step, DEEPEST_INDENT, Math.max(0, columns.name - 8))
  const after = [
    ...(isBranch && !isOpen ? [span(` (${formatCount(node.channels)})`, 'dim')] : []),
    ...(entry?.retained ? [span(' R', 'dim')] : [])
  ]
  const room = Math.max(1, columns.name - indent - 2 - lineWidth(after))
  const before = node.path.slice(0, Math.max(0, node.path.length - label.length))
  const name = [
    span(' '.repeat(indent) + icon, 'dim'),
    ...markedName(label.slice(0, 4096), room, isBranch ? 'strong' : 'text', world.search?.inNames, before),
    ...after
  ]
  return [
    ...fitLine(name, columns.name),
    ...(columns.value > 0
      ? fitLine([span(' '), ...valueSpans(node, columns.value - 1, model, world)], columns.value)
      : []),
    ...figureSpans(node, columns.figures, world.now)
  ]
}

/** The latest value of a channel. Of a branch that is no channel: of the channel below that had the latest message, after its name. */
function valueSpans(node: TreeNode, width: number, model: Model, world: World): Span[] {
  const { newest } = node
  const entry = node.entry?.latest ? node.entry : newest
  const isHidden = entry !== node.entry && newest && acceptance(model, world.search)?.(newest) === false
  if (!entry?.latest || isHidden) return []
  const search = world.search?.inPayloads
  if (entry === node.entry) return latestValue(entry.latest, width, search)
  const below = entry.name.slice(node.path.length + world.tree.separator.length)
  const name = markedName(below.slice(0, 4096), Math.floor(width / 2), 'name', world.search?.inNames)
  const left = width - lineWidth(name) - 2
  return [...name, span(': ', 'dim'), ...latestValue(entry.latest, left, search)]
}
