import { detailDoc } from './detail/detail-doc.js'
import { layOut } from './layout.js'
import type { Model } from './model.js'
import { select } from './update-tree.js'
import type { World } from './world.js'

/** The first line of the tree that is on the screen. */
export function treeTop(model: Model, world: World): number {
  const { rows, indexOf } = world.rows(model)
  const at = model.selected === undefined ? 0 : Math.max(0, indexOf(model.selected))
  return Math.max(0, Math.min(at - model.offset, rows.length - layOut(model).treeRows))
}

/** Scrolls the tree. The selection stays where it is, unless it would leave the screen. */
export function scrollTree(model: Model, world: World, by: number): Model {
  const { rows, indexOf } = world.rows(model)
  const { treeRows } = layOut(model)
  if (model.selected === undefined || rows.length === 0) return model
  const top = Math.max(0, Math.min(treeTop(model, world) + by, rows.length - treeRows))
  const at = Math.max(top, Math.min(indexOf(model.selected), top + treeRows - 1, rows.length - 1))
  return { ...select(model, rows[at]?.node.path), offset: at - top }
}

/** Scrolls the tab's content. The cursor stays where it is, unless it would leave the screen. */
export function scrollDetail(model: Model, world: World, by: number): Model {
  const doc = detailDoc(model, world)
  const { contentRows } = layOut(model)
  const top = Math.max(0, Math.min(model.top + by, doc.length - contentRows))
  const last = Math.min(top + contentRows, doc.cursorLines) - 1
  return { ...model, top, line: Math.max(0, Math.min(Math.max(model.line, top), last)) }
}
