import type { BrowserEvent } from '../browser-event.js'
import type { Model } from '../model.js'
import { type Step, stay, withNotice } from '../step.js'
import type { World } from '../world.js'
import { type FormPlace, messageOfForm, problemOf } from './form-message.js'
import { payloadState } from './payload-field.js'
import { fieldsFor, type PublishForm } from './publish-form.js'
import { settled } from './settle-form.js'
import { fieldOf } from './text-field.js'
import { isChanged } from './written.js'

/** Publishes the message, unless something is wrong: then shows that. JSON that is none is warned of once. */
export function sendForm(form: PublishForm, model: Model, world: World, place: FormPlace): Step {
  const wrong = fieldsFor(place.terms).find((field) => problemOf(form, field, place) !== undefined)
  if (wrong) return stay({ ...model, form: { ...form, at: wrong, isTried: true } })
  const { brokenAt } = payloadState(form.payload, form.contentType.text)
  if (brokenAt !== undefined && !form.isWarned && !form.isNull && form.payload.kind === 'text') {
    const field = { ...form.payload.field, cursor: brokenAt }
    const warned: PublishForm = { ...form, at: 'payload', payload: { kind: 'text', field }, isWarned: true }
    const text = 'the payload is not JSON; ^S again publishes it as it is'
    return stay(withNotice(settled(warned, model, place), world, text))
  }
  const message = messageOfForm(form, place)
  return {
    model: withNotice({ ...model, form: undefined, draft: undefined }, world, 'publishing …', 'good'),
    effects: [{ kind: 'publish', message, form }]
  }
}

/** What could not be published becomes the draft, which says what to do, unless the user writes another message by then. */
export function takeBack(
  { form, text, advice }: Extract<BrowserEvent, { kind: 'not-published' }>,
  model: Model,
  world: World
): Model {
  const isFree = model.draft === undefined && (model.form === undefined || !isChanged(model.form))
  const kept: Model = isFree ? { ...model, draft: { ...form, name: fieldOf(''), advice } } : model
  return withNotice(kept, world, isFree ? `${text}; p brings the draft back` : text, 'bad')
}
