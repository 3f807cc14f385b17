import type { RememberedMessage } from '../../core/catalogue/channel-entry.js'
import { isRetained } from '../../core/message.js'
import type { TreeNode } from './channel-tree.js'
import type { Model } from './model.js'
import { type Step, stay, withNotice } from './step.js'
import { acceptance, type World } from './world.js'

/** Asks whether to clear the retained messages on a branch, if there are any. */
export function askToClear(model: Model, world: World, node: TreeNode): Model {
  if (!world.can.publish) return withNotice(model, world, 'there is no broker to clear messages on')
  const messages = retainedBelow(node, model, world)
  if (messages.length === 0) return withNotice(model, world, 'no retained message was seen here')
  return { ...model, question: { messages, top: 0 } }
}

/** The retained messages on the visible channels of a branch. The messages that a filter hides are not cleared. */
function retainedBelow(node: TreeNode, model: Model, world: World): RememberedMessage[] {
  const accepts = acceptance(model, world.search)
  const found: RememberedMessage[] = []
  const waiting = [node]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { entry } = next
    if (entry?.retained && (!accepts || accepts(entry))) {
      // A live message may have replaced the retained one. The last message that came as a retained one is the best guess.
      const kept = entry.history.findLast(isRetained) ?? entry.latest
      if (kept) found.push(kept)
    }
    for (let at = next.children.length - 1; at >= 0; at--) {
      const child = next.children[at]
      if (child) waiting.push(child)
    }
  }
  return found
}

/** Puts back the messages that were cleared last. */
export function undo(model: Model, world: World): Step {
  const messages = model.undo.at(-1)
  if (!messages) return stay(withNotice(model, world, 'nothing was cleared in this session'))
  return { model, effects: [{ kind: 'restore', messages }] }
}
