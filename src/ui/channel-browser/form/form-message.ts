import type { ChannelGrammar } from '../../../core/channel-grammar.js'
import { type Message, NO_HEADERS } from '../../../core/message.js'
import { bindingLike } from '../../message-binding.js'
import type { ComposeTerms } from '../browser-actions.js'
import { parseHeaderLines } from './header-lines.js'
import { bytesOf } from './payload-field.js'
import type { FieldName, PublishForm } from './publish-form.js'
import { isSeen } from './typed-text.js'

/** Where the form is to be sent to. */
export interface FormPlace {
  readonly terms: ComposeTerms
  readonly grammar: ChannelGrammar
}

/** Why a field cannot be sent as it is; `undefined` if it can. */
export function problemOf(
  form: PublishForm,
  field: FieldName,
  { terms, grammar }: FormPlace
): string | undefined {
  switch (field) {
    case 'channel':
      return grammar.whyNotChannel(grammar.spellChannel(form.channel.text))
    case 'content-type':
      return isContentType(form) ? undefined : 'a content type is a word such as application/json'
    case 'headers': {
      const parsed = parseHeaderLines(form.headers.text, form.keptHeaders)
      return 'why' in parsed ? parsed.why : undefined
    }
    case 'name':
      return form.name.text.trim() === terms.protectedBy
        ? undefined
        : `type ${terms.protectedBy}, and then publish`
    default:
      return undefined
  }
}

/** A word, and parameters behind it (RFC 9110, section 8.3.1). What came with the message that is shown is kept, whatever it is. */
function isContentType({ contentType: { text }, from }: PublishForm): boolean {
  const type = text.trim()
  if (type === '' || type === from?.contentType?.trim()) return true
  return /^[^\s;]+(?:\s*;\s*[^\s;="]+=(?:[^\s;"]+|"[^"]*"))*$/.test(type) && isSeen(type)
}

/** The problem of a field that the user is to see now: what is still to be filled in is no problem before the user tries to send. */
export function shownProblem(form: PublishForm, field: FieldName, place: FormPlace): string | undefined {
  const isWaiting = field === 'name' || (field === 'channel' && form.channel.text === '')
  return isWaiting && !form.isTried ? undefined : problemOf(form, field, place)
}

/**
 * The message that a form without problems says. It keeps what belongs to the content of the message that the form began with, and drops
 * what belongs to its delivery. What the broker cannot carry is left out.
 */
export function messageOfForm(form: PublishForm, { terms: { capabilities }, grammar }: FormPlace): Message {
  const { from, channel, payload, guarantee, retain } = form
  const headers = parseHeaderLines(form.headers.text, form.keptHeaders)
  return {
    channel: grammar.spellChannel(channel.text),
    payload: form.isNull ? null : bytesOf(payload),
    headers: capabilities.headers !== true || 'why' in headers ? NO_HEADERS : headers,
    guarantee,
    key: capabilities.key === true ? keyOf(form) : undefined,
    contentType:
      capabilities['content-type'] === true ? form.contentType.text.trim() || undefined : undefined,
    ...bindingLike(from, retain)
  }
}

/** A key that the form cannot show stays as it is until another one is typed. */
function keyOf({ key, from }: PublishForm): Message['key'] {
  if (key.text !== '') return key.text
  return typeof from?.key === 'string' && isSeen(from.key) ? undefined : from?.key
}
