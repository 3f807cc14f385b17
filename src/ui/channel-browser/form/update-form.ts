import type { Draft } from '../browser-actions.js'
import { shownMessage } from '../detail/detail-doc.js'
import type { Key } from '../key-decoder.js'
import { leave } from '../leave.js'
import type { Model } from '../model.js'
import { type Step, stay, withNotice } from '../step.js'
import { selectedEntry } from '../update-detail.js'
import type { World } from '../world.js'
import { editField, moveRow } from './edit-form.js'
import { editPayload } from './edit-payload.js'
import { layFormOut } from './form-layout.js'
import type { FormPlace } from './form-message.js'
import { type FieldName, fieldsFor, newForm, type PublishForm } from './publish-form.js'
import { sendForm } from './send-form.js'
import { settled } from './settle-form.js'
import { typedText } from './typed-text.js'
import { isChanged, writtenIn } from './written.js'

/** Opens the form: with the draft if there is one, otherwise with the channel and the message that are shown. */
export function openForm(model: Model, world: World): Step {
  const { compose } = world
  if (!compose) return stay(withNotice(model, world, 'there is no broker to publish to'))
  if (model.draft)
    return stay(
      withNotice({ ...model, form: model.draft }, world, 'this is the draft; ^N begins anew', 'good')
    )
  return stay({ ...model, form: newForm(draftOf(model, world), compose) })
}

/** What the form begins with: the selected line and the message that is shown. */
function draftOf(model: Model, world: World): Draft {
  const entry = selectedEntry(model, world)
  const message = entry && shownMessage(model, entry)
  return { channel: model.selected ?? '', ...(message && { message }) }
}

/** A key while the form is open. */
export function pressInForm(key: Key, form: PublishForm, before: Model, world: World): Step {
  const { compose: terms, grammar } = world
  const model: Model = { ...before, notice: undefined }
  if (!terms) return stay({ ...model, form: undefined })
  if (form.question) return answer(key, form, model, world)
  const place: FormPlace = { terms, grammar }
  const at = (field: FieldName | undefined) => stay({ ...model, form: { ...form, at: field ?? form.at } })
  const fields = fieldsFor(terms)
  const next = fields[fields.indexOf(form.at) + 1]
  const previous = fields[fields.indexOf(form.at) - 1]
  switch (key.name) {
    case 'escape':
      return stay(close(form, model, world))
    case 'ctrl-s':
      return sendForm(form, model, world, place)
    case 'ctrl-e':
      return editPayload(form, model, world)
    case 'ctrl-n':
      if (!isChanged(form))
        return stay({ ...model, form: newForm(draftOf(model, world), terms), draft: undefined })
      return stay({ ...model, form: { ...form, question: 'anew' } })
    case 'tab':
      return at(next ?? fields[0])
    case 'shift-tab':
      return at(previous ?? fields.at(-1))
    case 'up':
    case 'down': {
      const by = key.name === 'up' ? -1 : 1
      const moved = moveRow(form, by, layFormOut(form, model.size, place).width)
      return moved ? stay(settled(moved, model, place)) : at(by < 0 ? previous : next)
    }
    case 'pageup':
    case 'pagedown': {
      const { width, payloadRows } = layFormOut(form, model.size, place)
      const by = key.name === 'pageup' ? -payloadRows : payloadRows
      return stay(settled(moveRow(form, by, width) ?? form, model, place))
    }
    case 'enter':
      if (form.at === 'send') return sendForm(form, model, world, place)
      if (form.at !== 'payload' && form.at !== 'headers') return at(next)
  }
  return stay(typeInto(form, key, model, world, place))
}

function typeInto(form: PublishForm, key: Key, model: Model, world: World, place: FormPlace): Model {
  const edited = editField(form, key, place.terms)
  const after = settled(edited, model, place)
  if (key.text === undefined) return after
  if (edited === form && form.at === 'payload' && form.payload.kind === 'bytes')
    return withNotice(after, world, 'Del removes this payload, and then another one can be typed')
  if (key.cut === true || isFull(form, edited, key))
    return withNotice(after, world, 'the text is cut: a payload of over 64 KiB needs an editor (^E)')
  const { leftOut } = typedText(key.text, true)
  return leftOut === 0 ? after : withNotice(after, world, `${leftOut} control characters were left out`)
}

function isFull(before: PublishForm, after: PublishForm, key: Key): boolean {
  if (after.at !== 'payload' || after.payload.kind !== 'text' || before.payload.kind !== 'text') return false
  const wanted = typedText(key.text ?? '', true).text.length
  return after.payload.field.text.length - before.payload.field.text.length < wanted
}

/** Closes the form. What was typed stays as a draft. */
function close(form: PublishForm, model: Model, world: World): Model {
  const closed: Model = { ...model, form: undefined }
  const written = writtenIn(model)
  if (written !== form) return { ...closed, draft: written }
  return withNotice(
    { ...closed, draft: form },
    world,
    'nothing was published; p brings the draft back',
    'good'
  )
}

function answer(key: Key, form: PublishForm, model: Model, world: World): Step {
  if (key.name === 'y' && form.question === 'quit') return leave(model, world)
  if (key.name === 'y' && world.compose)
    return stay({ ...model, form: newForm(draftOf(model, world), world.compose), draft: undefined })
  return stay({ ...model, form: { ...form, question: undefined } })
}
