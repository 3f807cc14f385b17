import { chosenField, detailDoc } from './detail/detail-doc.js'
import { layOut } from './layout.js'
import type { Model } from './model.js'
import type { Pointer } from './mouse-report.js'
import { screenPlace } from './screen-place.js'
import { scrollDetail, scrollTree, treeTop } from './scroll.js'
import { moveField, showAlone } from './update-chart.js'
import { fold, moveInDetail, selectedEntry, showTab } from './update-detail.js'
import { select, toggleSelected } from './update-tree.js'
import { tabAt } from './view/tabs-line.js'
import type { World } from './world.js'

/** Lines that one notch of the wheel scrolls. */
const NOTCH = 3
/** A second click within this time (microseconds) belongs to a double click. */
const DOUBLE_CLICK = 400_000

/** Does what the mouse asks for. */
export function point(pointer: Pointer, model: Model, world: World): Model {
  if (pointer.action === 'release') return model.isDragging ? { ...model, isDragging: false } : model
  if (pointer.action === 'drag') return model.isDragging ? dragDivider(pointer, model) : model
  if (model.prompt || model.question || model.form || model.ask) return model
  if (pointer.action === 'press') return press(pointer, model, world)
  return turnWheel(pointer, model, world, pointer.action === 'wheel-up' ? -1 : 1)
}

/** The divider stays where it is in relation to the width of the screen. The layout keeps it within bounds. */
function dragDivider({ column }: Pointer, model: Model): Model {
  return { ...model, split: column / Math.max(1, model.size.columns) }
}

function turnWheel(pointer: Pointer, model: Model, world: World, by: 1 | -1): Model {
  if (model.helpTop !== undefined) return { ...model, helpTop: Math.max(0, model.helpTop + by * NOTCH) }
  const place = screenPlace(pointer, model)
  if (place?.kind === 'tree') return scrollTree(model, world, by * NOTCH)
  if (place?.kind !== 'detail' && place?.kind !== 'tabs') return model
  const entry = selectedEntry(model, world)
  if (entry && model.tab === 'chart') return moveField(model, world, entry, by)
  return entry && model.tab === 'history'
    ? moveInDetail(model, world, by * NOTCH)
    : scrollDetail(model, world, by * NOTCH)
}

function press(pointer: Pointer, model: Model, world: World): Model {
  if (model.helpTop !== undefined) return { ...model, helpTop: undefined }
  const calm: Model = { ...model, notice: undefined, seeking: false, isDragging: false }
  const place = screenPlace(pointer, model)
  switch (place?.kind) {
    case 'divider':
      return { ...calm, isDragging: true }
    case 'tabs': {
      const tab = tabAt(model.tab, layOut(model).detailWidth, place.column)
      const focused: Model = { ...calm, focus: 'detail' }
      return tab && selectedEntry(model, world) ? showTab(focused, tab) : focused
    }
    case 'tree':
      return pressInTree(place.line, calm, world)
    case 'detail':
      return pressInDetail(place.line, calm, world)
    default:
      return calm
  }
}

function pressInTree(line: number, model: Model, world: World): Model {
  const { rows } = world.rows(model)
  const row = line < 0 ? undefined : rows[treeTop(model, world) + line]
  const focused: Model = { ...model, focus: 'tree' }
  if (!row) return focused
  if (row.node.path !== model.selected) return { ...select(focused, row.node.path), offset: line }
  if (row.node.children.length === 0) return focused
  return once(row.node.path, focused, world, () => toggleSelected(focused, world))
}

function pressInDetail(line: number, model: Model, world: World): Model {
  const focused: Model = { ...model, focus: 'detail' }
  const entry = selectedEntry(model, world)
  const doc = detailDoc(model, world)
  const at = model.top + line
  if (line < 0 || at >= doc.length) return focused
  const pointer = doc.fieldAt?.(at)
  if (entry && pointer !== undefined) {
    if (pointer !== chosenField(model, world, entry)) return { ...focused, field: pointer }
    return once(pointer, focused, world, () => showAlone(focused, world, entry, true))
  }
  if (at >= doc.cursorLines) return focused
  if (at !== model.line) return moveInDetail(focused, world, at - model.line)
  const foldable = doc.foldableAt?.(at)
  if (model.focus !== 'detail' || foldable === undefined) return focused
  return once(foldable, focused, world, () => fold(focused, world, undefined))
}

/** Opens or closes something, but only once for both clicks of a double click. */
function once(what: string, model: Model, world: World, change: () => Model): Model {
  const { toggled } = model
  if (toggled?.what === what && world.clock < toggled.until) return model
  return { ...change(), toggled: { what, until: world.clock + DOUBLE_CLICK } }
}
