import type { Model } from '../model.js'
import { fieldRows, rowOf } from './field-rows.js'
import { layFormOut } from './form-layout.js'
import type { FormPlace } from './form-message.js'
import type { PublishForm } from './publish-form.js'

/** The model with the form, scrolled so that the cursor is on the screen. */
export function settled(form: PublishForm, model: Model, place: FormPlace): Model {
  if (form.payload.kind !== 'text') return { ...model, form }
  const { width, payloadRows } = layFormOut(form, model.size, place)
  const { text, cursor } = form.payload.field
  const rows = fieldRows(text, width)
  const row = rowOf(rows, cursor)
  const lowest = Math.max(0, Math.min(form.top, rows.length - payloadRows))
  const top = Math.max(row - payloadRows + 1, Math.min(lowest, row))
  return { ...model, form: top === form.top ? form : { ...form, top } }
}
