import type { Model } from '../model.js'
import { bytesOf } from './payload-field.js'
import type { PublishForm, Written } from './publish-form.js'

function isSame(one: Written, other: Written): boolean {
  const textsOf = ({ channel, key, contentType, headers, name }: Written) =>
    [channel, key, contentType, headers, name].map(({ text }) => text)
  const others = textsOf(other)
  return (
    one.isNull === other.isNull &&
    one.retain === other.retain &&
    one.guarantee === other.guarantee &&
    textsOf(one).every((text, at) => text === others[at]) &&
    (one.payload === other.payload || Buffer.from(bytesOf(one.payload)).equals(bytesOf(other.payload)))
  )
}

/** Whether the form holds anything else than it began with. What was typed and removed again is nothing. */
export const isChanged = (form: PublishForm): boolean => !isSame(form, form.began)

/**
 * What is lost if the form is closed without a draft: the form, or a draft that is there; undefined where nothing was written. A draft that
 * was opened and brought back to what it began with is none any more.
 */
export function writtenIn({ form, draft }: Model): PublishForm | undefined {
  if (form === undefined) return draft
  if (isChanged(form)) return form
  const isOfDraft = draft !== undefined && draft.began === form.began
  return isOfDraft && !isSame(draft, form) ? undefined : draft
}
