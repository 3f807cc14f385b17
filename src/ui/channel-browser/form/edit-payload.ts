import type { Model } from '../model.js'
import { type Step, stay, withNotice } from '../step.js'
import type { World } from '../world.js'
import { bytesOf, payloadFieldOf } from './payload-field.js'
import type { PublishForm } from './publish-form.js'
import { settled } from './settle-form.js'

/** Has the payload edited in the user's editor, unless it is no text. */
export function editPayload(form: PublishForm, model: Model, world: World): Step {
  const { payload } = form
  if (payload.kind === 'bytes' && payload.why === 'binary')
    return stay(withNotice(model, world, 'these bytes are not text, and stay as they are'))
  return { model, effects: [{ kind: 'edit', bytes: bytesOf(payload) }] }
}

/** Takes what came from the editor into the form; nothing if the user gave up. */
export function takeEdited(bytes: Uint8Array | undefined, model: Model, world: World): Model {
  const { form, form: { payload } = {} } = model
  if (!form || !payload || !world.compose) return model
  if (bytes === undefined) return withNotice(model, world, 'the editor was left without saving')
  if (Buffer.from(bytesOf(payload)).equals(bytes)) return model
  const edited: PublishForm = {
    ...form,
    at: 'payload',
    payload: payloadFieldOf(bytes),
    isNull: false,
    top: 0,
    isWarned: false
  }
  return settled(edited, model, { terms: world.compose, grammar: world.grammar })
}
