import { withoutPassword } from '../../core/without-password.js'
import type { Effect } from './effects.js'
import type { Model, Notice } from './model.js'
import type { World } from './world.js'

/** The next model, and the effects to perform. */
export interface Step {
  readonly model: Model
  readonly effects: readonly Effect[]
}

const NOTICE_TIME = 5_000_000

/** A step that changes the model and has no effects. */
export function stay(model: Model): Step {
  return { model, effects: [] }
}

/** The model with a line for the user, which disappears after 5 seconds. */
export function withNotice(
  model: Model,
  world: World,
  text: string,
  tone: Notice['tone'] = 'warning'
): Model {
  return { ...model, notice: { text: withoutPassword(text), tone, until: world.clock + NOTICE_TIME } }
}
