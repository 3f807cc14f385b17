import { levelPaths } from '../../core/channel-levels.js'
import { layOut } from './layout.js'
import { isChosen, type Model, NONE } from './model.js'
import type { TreeNode } from './tree-node.js'
import type { TreeRow } from './tree-rows.js'
import type { World } from './world.js'

/** Selects a line of the tree. A change resets the message, the cursor and the chart's number that were shown. */
export function select(model: Model, path: string | undefined): Model {
  if (path === model.selected) return model
  return { ...model, selected: path, pinned: undefined, line: 0, top: 0, field: undefined, isAlone: false }
}

/** The selected line of the tree. */
export function selectedRow(model: Model, world: World): TreeRow | undefined {
  if (model.selected === undefined) return undefined
  const rows = world.rows(model)
  return rows.rows[rows.indexOf(model.selected)]
}

/** Moves the selection by a number of lines. */
export function moveInTree(model: Model, world: World, by: number): Model {
  const { rows, indexOf } = world.rows(model)
  if (model.selected === undefined || rows.length === 0) return model
  const to = Math.max(0, Math.min(rows.length - 1, indexOf(model.selected) + by))
  return moveToLine(model, world, rows[to]?.node.path)
}

/** Selects another line of the tree. The lines stay where they are, as far as the screen shows both. */
export function moveToLine(model: Model, world: World, path: string | undefined): Model {
  const { indexOf } = world.rows(model)
  const from = model.selected === undefined ? 0 : Math.max(0, indexOf(model.selected))
  const to = path === undefined ? from : indexOf(path)
  const last = layOut(model).treeRows - 1
  const offset = Math.max(0, Math.min(last, model.offset + to - from))
  return { ...select(model, path), offset }
}

/** Opens the selected branch, or moves into it if it is open. A channel with nothing below shows its details. */
export function openSelected(model: Model, world: World): Model {
  const row = selectedRow(model, world)
  if (!row) return model
  if (row.node.children.length === 0) return { ...model, focus: 'detail' }
  return row.isOpen ? moveInTree(model, world, 1) : setOpen(model, [row], true)
}

/** Closes the selected branch. If it is closed, selects the branch that contains it. */
export function closeSelected(model: Model, world: World): Model {
  const row = selectedRow(model, world)
  if (!row) return model
  if (row.isOpen) return setOpen(model, [row], false)
  const { rows, indexOf } = world.rows(model)
  let at = indexOf(row.node.path)
  while (at > 0 && (rows[at]?.depth ?? 0) >= row.depth) at--
  return moveInTree(model, world, at - indexOf(row.node.path))
}

/** Opens the selected branch if it is closed, and closes it if it is open. A channel with nothing below shows its details. */
export function toggleSelected(model: Model, world: World): Model {
  const row = selectedRow(model, world)
  if (!row) return model
  if (row.node.children.length === 0) return { ...model, focus: 'detail' }
  return setOpen(model, [row], !row.isOpen)
}

/** Opens the selected branch and all that is below it. */
export function openAllBelow(model: Model, world: World): Model {
  const row = selectedRow(model, world)
  if (!row) return model
  const paths: string[] = []
  const waiting: TreeNode[] = [row.node]
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.children.length === 0) continue
    paths.push(node.path)
    for (const child of node.children) waiting.push(child)
  }
  return setPathsOpen(model, paths, true)
}

/** Closes every branch. */
export function closeAll(model: Model, world: World): Model {
  const first = select(model, model.selected?.split(world.tree.separator, 1)[0])
  const closed = new Set(world.tree.roots.map((node) => node.path))
  for (const { node } of world.rows(model).rows) if (node.children.length > 0) closed.add(node.path)
  return isChosen(model) ? { ...first, closedMeanwhile: closed } : { ...first, expanded: NONE, closed }
}

function setOpen(model: Model, rows: readonly TreeRow[], open: boolean): Model {
  // Levels that share a line are opened together, so that they stay open when something appears beside one of them.
  const paths = rows.flatMap((row) => row.paths)
  return setPathsOpen(model, paths, open)
}

/** While a filter or a search is in use, opening and closing branches lasts only as long as it. */
function setPathsOpen(model: Model, paths: readonly string[], open: boolean): Model {
  if (isChosen(model)) return { ...model, closedMeanwhile: changed(model.closedMeanwhile, paths, !open) }
  return {
    ...model,
    expanded: changed(model.expanded, paths, open),
    closed: changed(model.closed, paths, !open)
  }
}

function changed(set: ReadonlySet<string>, paths: readonly string[], isIn: boolean): ReadonlySet<string> {
  const next = new Set(set)
  for (const path of paths) {
    if (isIn) next.add(path)
    else next.delete(path)
  }
  return next
}

/**
 * Adapts the tree after a filter or a search has changed. A new choice is shown with all branches open. When the choice ends, the branches
 * above the selected line are opened.
 */
export function followChoice(before: Model, model: Model, world: World): Model {
  const isSame = before.search === model.search && before.scope === model.scope
  if (before.filter === model.filter && isSame) return model
  const next = { ...model, closedMeanwhile: NONE }
  if (isChosen(model)) return isChosen(before) ? next : { ...next, selectedBefore: before.selected }
  const path = model.selected ?? model.selectedBefore
  const above = path === undefined ? [] : levelPaths(path, world.tree.separator).slice(0, -1)
  return { ...setPathsOpen(select(next, path), above, true), selectedBefore: undefined }
}

/** Opens branches, the upper ones first, as long as the whole tree fits on the screen. A small tree is then shown completely. */
export function openWhatFits(model: Model, world: World): Model {
  if (world.rows(model).rows.length === 0 || isChosen(model)) return model
  const { treeRows } = layOut(model)
  let opened = model
  for (;;) {
    const { rows } = world.rows(opened)
    if (rows.length >= treeRows) return opened
    const [fitting] = rows
      .filter(({ node, isOpen }) => {
        const wouldFit = rows.length + node.children.length <= treeRows
        return wouldFit && !isOpen && node.children.length > 0 && !model.closed.has(node.path)
      })
      .sort((a, b) => a.depth - b.depth || a.node.children.length - b.node.children.length)
    if (!fitting) return opened
    opened = setOpen(opened, [fitting], true)
  }
}
