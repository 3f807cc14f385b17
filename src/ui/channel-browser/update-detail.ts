import type { ChannelEntry, RememberedMessage } from '../../core/catalogue/channel-entry.js'
import { detailDoc, positionOf, shownMessage } from './detail/detail-doc.js'
import { layOut } from './layout.js'
import { type Model, TABS, type Tab } from './model.js'
import { moveField, showAlone } from './update-chart.js'
import type { World } from './world.js'

/** The channel that is selected, if the selected line is one. */
export function selectedEntry(model: Model, world: World): ChannelEntry | undefined {
  return model.selected === undefined ? undefined : world.tree.find(model.selected)?.entry
}

/** Shows another tab, from its beginning. */
export function showTab(model: Model, tab: Tab): Model {
  return model.tab === tab ? model : { ...model, tab, line: 0, top: 0 }
}

/** Shows the tab that is `by` places further. */
export function turnTab(model: Model, by: number): Model {
  return showTab(model, TABS[(TABS.indexOf(model.tab) + by + TABS.length) % TABS.length] ?? 'payload')
}

/** Moves by lines: through the messages of the history, the numbers of the chart, or the lines of the tab. Without a cursor, scrolls. */
export function moveInDetail(model: Model, world: World, by: number): Model {
  const entry = selectedEntry(model, world)
  if (entry && model.tab === 'history') return walkHistory(model, entry, -by)
  if (entry && model.tab === 'chart') return moveField(model, world, entry, by)
  const doc = detailDoc(model, world)
  const { contentRows } = layOut(model)
  if (doc.cursorLines === 0) {
    return { ...model, line: 0, top: clamp(model.top + by, 0, doc.length - contentRows) }
  }
  return { ...model, line: clamp(model.line + by, 0, doc.cursorLines - 1) }
}

/** Shows a newer (positive `by`) or older message. At the newest one, the view follows the latest message again. */
export function walkHistory(model: Model, entry: ChannelEntry, by: number): Model {
  const shown = shownMessage(model, entry)
  if (!shown) return model
  const from = positionOf(entry, shown)
  const to = clamp(from + by, 0, entry.history.length - 1)
  return pin(model, entry, entry.history[to])
}

/** Shows a message of the history. The latest one is shown as such: the view goes on to those that follow. */
export function pin(model: Model, entry: ChannelEntry, message: RememberedMessage | undefined): Model {
  return { ...model, pinned: message === entry.latest ? undefined : message }
}

/** Unfolds (`open`) or folds the value under the cursor; toggles it if `open` is undefined. In the chart, one number alone is unfolded. */
export function fold(model: Model, world: World, open: boolean | undefined): Model {
  const entry = selectedEntry(model, world)
  if (entry && model.tab === 'chart') return showAlone(model, world, entry, open)
  const pointer = detailDoc(model, world).foldableAt?.(model.line)
  if (pointer === undefined) return model
  const isFolded = model.folded.has(pointer)
  if (open !== undefined && open !== isFolded) return model
  const folded = new Set(model.folded)
  if (isFolded) folded.delete(pointer)
  else folded.add(pointer)
  return { ...model, folded }
}

/** Unfolds every value (`open`), or folds every value but the outermost. */
export function foldAll(model: Model, world: World, open: boolean): Model {
  const pointers = detailDoc(model, world).foldable?.() ?? []
  return { ...model, folded: new Set(open ? [] : pointers.filter((pointer) => pointer !== '')) }
}

/** Keeps the cursor and the scroll position within the content. */
export function settleDetail(model: Model, world: World): Model {
  const doc = detailDoc(model, world)
  const { contentRows } = layOut(model)
  const entry = selectedEntry(model, world)
  const shown = entry && model.tab === 'history' ? shownMessage(model, entry) : undefined
  const wanted = entry && shown ? entry.history.length - 1 - positionOf(entry, shown) : model.line
  const line = clamp(wanted, 0, doc.cursorLines - 1)
  const lowest = clamp(model.top, 0, doc.length - contentRows)
  const top = doc.cursorLines > 0 ? clamp(lowest, line - contentRows + 1, line) : lowest
  return line === model.line && top === model.top ? model : { ...model, line, top }
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high), 0)
}
