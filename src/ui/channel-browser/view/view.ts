import { viewForm } from '../form/view-form.js'
import { layOut } from '../layout.js'
import { fitLine, type Line, span } from '../line.js'
import type { Model } from '../model.js'
import type { World } from '../world.js'
import { viewDetail } from './view-detail.js'
import { viewEmpty } from './view-empty.js'
import { viewHeader } from './view-header.js'
import { viewHelp } from './view-help.js'
import { viewQuestion } from './view-question.js'
import { viewKeys, viewStatus } from './view-status.js'
import { viewTree } from './view-tree.js'

/** The lines of the screen: exactly as many as it has rows, each exactly as wide. */
export function view(model: Model, world: World): Line[] {
  const { columns, rows } = model.size
  const { hasStatusLine } = layOut(model)
  const status = viewStatus(model, world)
  const foot = hasStatusLine ? [status ?? [], viewKeys(model, world)] : [status ?? viewKeys(model, world)]
  const lines = [viewHeader(model, world), ...viewBody(model, world), ...foot]
  return lines.slice(0, rows).map((line) => fitLine(line, columns))
}

function viewBody(model: Model, world: World): Line[] {
  const { treeWidth, detailWidth, bodyRows } = layOut(model)
  if (model.helpTop !== undefined) return exactly(viewHelp(model), bodyRows)
  if (model.question) return exactly(viewQuestion(model, model.question, world), bodyRows)
  if (model.form) return exactly(viewForm(model, model.form, world), bodyRows)
  if (world.tree.revision === 0) return exactly(viewEmpty(world, model.size.columns), bodyRows)
  const left = treeWidth > 0 ? exactly(viewTree(model, world, treeWidth), bodyRows) : []
  const right = detailWidth > 0 ? exactly(viewDetail(model, world, detailWidth), bodyRows) : []
  if (treeWidth === 0) return right
  if (detailWidth === 0) return left
  const border = span('│', 'dim')
  return left.map((line, index) => [
    ...fitLine(line, treeWidth),
    border,
    ...fitLine(right[index] ?? [], detailWidth)
  ])
}

function exactly(lines: readonly Line[], count: number): Line[] {
  return Array.from({ length: count }, (_, index) => lines[index] ?? [])
}
