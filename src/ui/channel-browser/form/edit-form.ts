import type { Guarantee } from '../../../core/message.js'
import type { ComposeTerms } from '../browser-actions.js'
import type { Key } from '../key-decoder.js'
import { moveByRows } from './field-rows.js'
import { PAYLOAD_SHAPE } from './payload-field.js'
import { offeredGuarantees, type PublishForm } from './publish-form.js'
import { editText, type FieldShape, fieldOf, ONE_LINE, type TextField } from './text-field.js'

/** Lines of headers; more than a broker takes. */
const HEADERS: FieldShape = { hasLines: true, longest: 16 * 1024 }

/** The form after a key that edits the field at the cursor; the same form if the key does not. */
export function editField(form: PublishForm, key: Key, terms: ComposeTerms): PublishForm {
  switch (form.at) {
    case 'channel':
      return withText(form, 'channel', editText(form.channel, key, ONE_LINE))
    case 'key':
      return withText(form, 'key', editText(form.key, key, ONE_LINE))
    case 'content-type':
      return withText(form, 'contentType', editText(form.contentType, key, ONE_LINE))
    case 'headers':
      return withText(form, 'headers', editText(form.headers, key, HEADERS))
    case 'name':
      return withText(form, 'name', editText(form.name, key, ONE_LINE))
    case 'payload':
      return typeIntoPayload(form, key)
    case 'none':
      return changed(form, { isNull: toggled(form.isNull, key) })
    case 'retain':
      return changed(form, { retain: toggled(form.retain, key) })
    case 'qos':
      return changed(form, { guarantee: chosen(form.guarantee, key, offeredGuarantees(terms)) })
    case 'send':
      return form
  }
}

type TextName = 'channel' | 'key' | 'contentType' | 'headers' | 'name'

function withText(form: PublishForm, name: TextName, field: TextField): PublishForm {
  const before = form[name]
  if (field === before) return form
  if (field.text === before.text) return { ...form, [name]: field }
  return { ...form, [name]: field, isWarned: false }
}

function typeIntoPayload(form: PublishForm, key: Key): PublishForm {
  const { payload } = form
  if (payload.kind === 'bytes') {
    const removes = key.name === 'delete' || key.name === 'backspace' || key.name === 'ctrl-u'
    if (!removes) return form
    return { ...form, payload: { kind: 'text', field: fieldOf('') }, top: 0, isWarned: false }
  }
  const field = editText(payload.field, key, PAYLOAD_SHAPE)
  if (field === payload.field) return form
  const edited: PublishForm = { ...form, payload: { kind: 'text', field } }
  return field.text === payload.field.text ? edited : { ...edited, isNull: false, isWarned: false }
}

function changed(
  form: PublishForm,
  change: Partial<Pick<PublishForm, 'isNull' | 'retain' | 'guarantee'>>
): PublishForm {
  const next = { ...form, ...change }
  const isSame =
    next.isNull === form.isNull && next.retain === form.retain && next.guarantee === form.guarantee
  return isSame ? form : next
}

function toggled(value: boolean, { name }: Key): boolean {
  if (name === 'space' || name === 'left' || name === 'right') return !value
  return name === 'y' ? true : name === 'n' ? false : value
}

function chosen(value: Guarantee, { name }: Key, offered: readonly Guarantee[]): Guarantee {
  const at = offered.indexOf(value)
  if (name === 'right' || name === 'space') return offered[(at + 1) % offered.length] ?? value
  if (name === 'left') return offered[(at - 1 + offered.length) % offered.length] ?? value
  return offered.find((guarantee) => String(guarantee) === name) ?? value
}

/**
 * Moves the cursor by rows within a field of several lines. The farthest row counts for more than one.
 * @returns undefined where the cursor is on the last row in that direction: the next field is meant
 */
export function moveRow(form: PublishForm, by: number, width: number): PublishForm | undefined {
  const move = (field: TextField) => {
    const moved = moveByRows(field, width, by)
    if (moved || Math.abs(by) === 1) return moved
    return editText(field, { name: by < 0 ? 'ctrl-home' : 'ctrl-end' }, PAYLOAD_SHAPE)
  }
  if (form.at === 'headers') {
    const headers = move(form.headers)
    return headers && { ...form, headers }
  }
  if (form.at !== 'payload' || form.payload.kind !== 'text') return undefined
  const field = move(form.payload.field)
  return field && { ...form, payload: { kind: 'text', field } }
}
