import type { Model } from '../model.js'
import type { FieldName } from './publish-form.js'

/** What keys with a text do: type into a field of one line or of several lines, or choose something. */
export type FieldKind = 'line' | 'lines' | 'choice'

const FIELDS: Readonly<Record<FieldName, FieldKind>> = {
  channel: 'line',
  key: 'line',
  payload: 'lines',
  none: 'choice',
  'content-type': 'line',
  headers: 'lines',
  qos: 'choice',
  retain: 'choice',
  name: 'line',
  send: 'choice'
}

/** Where the keys go that have a text; undefined where they are commands. */
export function fieldKindOf({ form, ask, prompt, question, helpTop }: Model): FieldKind | undefined {
  if (form) return form.question === undefined ? FIELDS[form.at] : 'choice'
  if (ask || prompt) return 'line'
  if (question) return question.name ? 'line' : 'choice'
  return helpTop === undefined ? undefined : 'choice'
}
