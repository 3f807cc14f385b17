import type { ChannelEntry } from '../../core/catalogue/channel-entry.js'
import { parentPath } from '../../core/channel-levels.js'
import type { ChannelTree } from './channel-tree.js'
import type { TreeNode } from './tree-node.js'
import type { OrderedChildren } from './tree-order.js'

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
  /** By name where absent. */
  readonly ordered?: OrderedChildren
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
  const rows: Row[] = []
  const accepting = cut.accepts && acceptedNodes(tree.roots, cut.accepts)
  const add = (nodes: readonly TreeNode[], parent: TreeNode | undefined, depth: number) => {
    for (const first of cut.ordered?.of(parent?.path, nodes) ?? nodes) {
      if (accepting && !accepting.has(first)) continue
      const node = lastOnLine(first)
      const isOpen = node.children.length > 0 && isOpenIn(cut, node.path)
      rows.push(new Row(first, node, depth, isOpen, separator))
      if (isOpen) add(node.children, node, depth + 1)
    }
  }
  add(tree.roots, undefined, 0)
  return {
    rows,
    accepted: accepting ? accepting.channels : tree.revision,
    indexOf(path) {
      for (let at: string | undefined = path; at !== undefined; at = parentPath(at, separator)) {
        const node = tree.find(at)
        if (!node) continue
        const last = lastOnLine(node)
        const found = rows.findIndex((row) => row.node === last)
        if (found >= 0) return found
      }
      return -1
    }
  }
}

function isOpenIn({ accepts, closed, expanded }: TreeCut, path: string): boolean {
  return accepts ? !closed.has(path) : expanded.has(path)
}

/** The node that ends the line on which a node stands. */
function lastOnLine(first: TreeNode): TreeNode {
  let node = first
  for (
    let only = node.children[0];
    only && node.children.length === 1 && !node.entry;
    only = node.children[0]
  )
    node = only
  return node
}

/** Of a hundred thousand lines only those on the screen are asked for their label, so labels and paths are made when they are asked for. */
class Row implements TreeRow {
  constructor(
    private readonly first: TreeNode,
    readonly node: TreeNode,
    readonly depth: number,
    readonly isOpen: boolean,
    private readonly separator: string
  ) {}

  get label(): string {
    return this.#nodes()
      .map(({ level }) => (level === '' ? '(empty)' : level))
      .join(this.separator)
  }

  get paths(): readonly string[] {
    return this.#nodes().map(({ path }) => path)
  }

  #nodes(): TreeNode[] {
    const nodes: TreeNode[] = []
    for (let node: TreeNode | undefined = this.node; node; node = node.parent) {
      nodes.unshift(node)
      if (node === this.first) break
    }
    return nodes
  }
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
