import { writtenIn } from './form/written.js'
import type { Model } from './model.js'
import { type Step, stay } from './step.js'
import type { World } from './world.js'

/** Leaves the browser. A message that is being written is shown first, and the user asked; who insists with Ctrl-C is not asked again. */
export function quit(model: Model, world: World): Step {
  const written = writtenIn(model)
  if (written === undefined || model.form?.question === 'quit' || model.isLeaving) return leave(model, world)
  return stay({ ...model, notice: undefined, form: { ...written, question: 'quit' } })
}

/** Leaves once the broker has answered what was published. Who insists gives the answer up. */
export function leave(model: Model, world: World): Step {
  if (world.unanswered === 0 || model.isLeaving) return { model, effects: [{ kind: 'quit' }] }
  const written = writtenIn(model)
  const closed: Partial<Model> = {
    form: undefined,
    ask: undefined,
    prompt: undefined,
    question: undefined,
    helpTop: undefined,
    notice: undefined
  }
  return stay({ ...model, ...closed, draft: written && { ...written, question: undefined }, isLeaving: true })
}

/** The broker has answered. A user who wanted to leave has left, unless it was an answer to be seen. */
export function leaveIfAnswered(model: Model, world: World): Step {
  return model.isLeaving && world.unanswered === 0 ? { model, effects: [{ kind: 'quit' }] } : stay(model)
}
