import { withoutPassword } from '../../core/without-password.js'
import type { Effect } from './effects.js'
import type { Model, Notice } from './model.js'
import type { World } from './world.js'

/** The model as it is next, and what is to be done besides. */
export interface Step {
  readonly model: Model
  readonly effects: readonly Effect[]
}

const NOTICE_TIME = 5_000_000

/** A step that changes nothing but the model. */
export function stay(model: Model): Step {
  return { model, effects: [] }
}

/** The model with a line for the user, which goes away by itself. */
export function withNotice(
  model: Model,
  world: World,
  text: string,
  tone: Notice['tone'] = 'warning'
): Model {
  return { ...model, notice: { text: withoutPassword(text), tone, until: world.clock + NOTICE_TIME } }
}
