import type { ChannelEntry } from '../../core/catalogue/channel-entry.js'
import { parentPath } from '../../core/channel-levels.js'
import type { ChannelTree, TreeNode } from './channel-tree.js'

/** A line of the tree. A level that has one child and is no channel shares its line with that child: `homeassistant/sensor`. */
export interface TreeRow {
  readonly node: TreeNode
  readonly label: string
  readonly depth: number
  readonly isOpen: boolean
  /** The paths that share this line, the outermost first. */
  readonly paths: readonly string[]
}

/** Which part of a tree is shown. */
export interface TreeCut {
  /** Paths of the branches that are open. */
  readonly expanded: ReadonlySet<string>
  /** Shows only the channels that this accepts. Every branch above them is open, unless it is in `closed`. */
  readonly accepts?: (entry: ChannelEntry) => boolean
  readonly closed: ReadonlySet<string>
}

/** The lines of a tree, with a way to find one by its path. */
export interface TreeRows {
  readonly rows: readonly TreeRow[]
  /** How many channels are accepted; all if `accepts` is absent. */
  readonly accepted: number
  /** The line that shows the path, or the closed branch that hides it; -1 if there is none. */
  indexOf(path: string): number
}

/** Lays the visible part of the tree out as lines. */
export function layTreeOut(tree: ChannelTree, cut: TreeCut): TreeRows {
  const { separator } = tree
  const rows: TreeRow[] = []
  const index = new Map<string, number>()
  const accepting = cut.accepts && acceptedNodes(tree.roots, cut.accepts)
  const waiting: { node: TreeNode; depth: number }[] = []
  const push = (nodes: readonly TreeNode[], depth: number) => {
    for (let at = nodes.length - 1; at >= 0; at--) {
      const node = nodes[at]
      if (node && (!accepting || accepting.has(node))) waiting.push({ node, depth })
    }
  }
  push(tree.roots, 0)
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const row = rowFor(next.node, next.depth, cut, separator)
    for (const path of row.paths) index.set(path, rows.length)
    rows.push(row)
    if (row.isOpen) push(row.node.children, next.depth + 1)
  }
  return {
    rows,
    accepted: accepting ? accepting.channels : tree.revision,
    indexOf(path) {
      for (let at: string | undefined = path; at !== undefined; at = parentPath(at, separator)) {
        const found = index.get(at)
        if (found !== undefined) return found
      }
      return -1
    }
  }
}

function rowFor(first: TreeNode, depth: number, cut: TreeCut, separator: string): TreeRow {
  let node = first
  const levels = [shownLevel(first.level)]
  const paths = [first.path]
  for (
    let only = node.children[0];
    only && node.children.length === 1 && !node.entry;
    only = node.children[0]
  ) {
    node = only
    levels.push(shownLevel(only.level))
    paths.push(only.path)
  }
  const isOpen =
    node.children.length > 0 && (cut.accepts ? !cut.closed.has(node.path) : cut.expanded.has(node.path))
  return { node, label: levels.join(separator), depth, isOpen, paths }
}

function shownLevel(level: string): string {
  return level === '' ? '(empty)' : level
}

function acceptedNodes(roots: readonly TreeNode[], accepts: (entry: ChannelEntry) => boolean) {
  const accepted = new Set<TreeNode>() as Set<TreeNode> & { channels: number }
  accepted.channels = 0
  const waiting = [...roots]
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.entry && accepts(node.entry)) {
      accepted.channels++
      for (let above: TreeNode | undefined = node; above && !accepted.has(above); above = above.parent)
        accepted.add(above)
    }
    for (const child of node.children) waiting.push(child)
  }
  return accepted
}
