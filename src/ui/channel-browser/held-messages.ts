import type { RememberedMessage } from '../../core/catalogue/channel-entry.js'
import type { TreeNode } from './tree-node.js'

/** The messages that are held of a node and everything below it. */
export function heldBelow(node: TreeNode): RememberedMessage[] {
  const held: RememberedMessage[] = []
  const waiting = [node]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const message of next.entry?.history ?? []) held.push(message)
    for (const child of next.children) waiting.push(child)
  }
  return held
}
