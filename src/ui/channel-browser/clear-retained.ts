import type { RememberedMessage } from '../../core/catalogue/channel-entry.js'
import { isRetained } from '../../core/message.js'
import { editText, fieldOf, ONE_LINE } from './form/text-field.js'
import type { Key } from './key-decoder.js'
import { commandOf } from './keys.js'
import type { Model, RetainedQuestion } from './model.js'
import { type Step, stay, withNotice } from './step.js'
import type { TreeNode } from './tree-node.js'
import { acceptance, type World } from './world.js'

/** Asks whether to clear the retained messages on a branch, if there are any. */
export function askToClear(model: Model, world: World, node: TreeNode): Model {
  if (!world.can.publish) return withNotice(model, world, 'there is no broker to clear messages on')
  const messages = retainedBelow(node, model, world)
  if (messages.length === 0) return withNotice(model, world, 'no retained message was seen here')
  const isProtected = world.compose?.protectedBy !== undefined
  const question: RetainedQuestion = { kind: 'clear', messages, top: 0 }
  return { ...model, question: isProtected ? { ...question, name: fieldOf('') } : question }
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

/** A key while the question is open. A protected profile wants its name typed, any other one a `y`. */
export function pressInQuestion(key: Key, question: RetainedQuestion, model: Model, world: World): Step {
  const closed: Model = { ...model, question: undefined }
  const { kind, messages, name, top } = question
  const done: Step = { model: closed, effects: [{ kind, messages }] }
  const command = commandOf(key)
  if (command === 'up' || command === 'down') {
    const isTyped = name !== undefined && key.text !== undefined
    const next = Math.max(0, Math.min(messages.length - 1, top + (command === 'up' ? -1 : 1)))
    if (!isTyped) return stay({ ...model, question: { ...question, top: next } })
  }
  if (name !== undefined && key.name !== 'escape') {
    if (key.name !== 'enter')
      return stay({ ...model, question: { ...question, name: editText(name, key, ONE_LINE) } })
    if (name.text.trim() === world.compose?.protectedBy) return done
  } else if (key.name === 'y') return done
  const nothing = kind === 'clear' ? 'nothing was cleared' : 'nothing was put back'
  return stay(withNotice(closed, world, nothing, 'good'))
}

/** Puts back the messages that were cleared last; where a profile protects the broker, once its name is typed. */
export function undo(model: Model, world: World): Step {
  const messages = model.undo.at(-1)
  if (!messages) return stay(withNotice(model, world, 'nothing was cleared in this session'))
  if (world.compose?.protectedBy === undefined) return { model, effects: [{ kind: 'restore', messages }] }
  return stay({ ...model, question: { kind: 'restore', messages, top: 0, name: fieldOf('') } })
}
