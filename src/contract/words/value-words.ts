import { counted } from '../../core/counted.js'
import type { Json } from '../schema/same-values.js'

/** The texts of a violation are not longer. */
export const LONGEST = 200
const LONGEST_TEXT = 80
/** Of an object or a list beside others not more is told. */
const LONGEST_IN_CHOICE = 40

/** Cuts a text that is too long for a violation. */
export const cut = (text: string, longest = LONGEST): string =>
  text.length <= longest ? text : `${copyOf(text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, ''))}…`

/** V8 keeps the whole text in memory as long as a slice of it, and violations are kept for longer than their message. */
const copyOf = (slice: string): string => JSON.parse(JSON.stringify(slice))

/** What a value is, in words: a short one itself, otherwise its kind. */
export function valueInWords(value: Json | undefined): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') {
    // A hostile text may be very long: what is shown of it is cut first.
    const quoted = JSON.stringify(cut(value, LONGEST_TEXT))
    return value.length > LONGEST_TEXT ? `${quoted} (${value.length} characters)` : quoted
  }
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty list' : `a list of ${counted(value.length, 'item')}`
  if (typeof value === 'object' && value !== null) return hasMembers(value) ? 'an object' : 'an empty object'
  return String(value)
}

const constants = new WeakMap<object, string>()

/** A value of a document, in words: an object or a list as JSON, which is made once, because it may have megabytes. */
export function constantInWords(value: Json): string {
  if (typeof value !== 'object' || value === null) return valueInWords(value)
  const text = constants.get(value) ?? cut(JSON.stringify(value))
  constants.set(value, text)
  return text
}

function hasMembers(value: object): boolean {
  for (const _ in value) return true
  return false
}

const inChoice = (value: Json): string =>
  typeof value === 'object' && value !== null
    ? cut(constantInWords(value), LONGEST_IN_CHOICE)
    : valueInWords(value)

/** Values of a document, in words: `"a", "b" or "c"`. */
export function choiceInWords(values: readonly Json[]): string {
  const most = 8
  const shown = values.slice(0, most).map(inChoice)
  if (values.length > most) return cut(`one of ${shown.join(', ')} and ${values.length - most} more`)
  if (shown.length < 2) return cut(shown[0] ?? 'nothing, because the list of values is empty')
  return cut(`${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`)
}
