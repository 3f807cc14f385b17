import type { RememberedMessage } from '../../core/catalogue/channel-entry.js'
import type { TreeNode } from './channel-tree.js'
import type { Model } from './model.js'
import { withNotice } from './step.js'
import type { World } from './world.js'

/** Asks for the file into which the history of the channel, or of all channels below the branch, is saved. */
export function askToSave(model: Model, world: World, node: TreeNode): Model {
  if (!world.can.save) return withNotice(model, world, 'the history cannot be saved here')
  if (heldBelow(node).length === 0) return withNotice(model, world, 'no message of it is held')
  const stamp = new Date(world.clock / 1000).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  const text = `history-${stamp}.jsonl`
  return { ...model, prompt: { kind: 'save', text, cursor: text.length, before: text } }
}

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
