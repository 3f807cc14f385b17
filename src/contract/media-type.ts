import type { Violation } from '../core/contract.js'
import type { Message } from '../core/message.js'
import { valueInWords } from './words/value-words.js'

/** A media type without its parameters, in small letters. */
const mediaTypeOf = (text: string): string => (text.split(';', 1)[0] ?? '').trim().toLowerCase()

/** What a payload is read as. `either`: as JSON, and as text where that is not what is described. `neither`: it is not read. */
export type PayloadForm = 'json' | 'text' | 'either' | 'neither'

/** What payloads of a content type are read as; `undefined` where there is none. */
export function formOf(contentType: string | undefined): PayloadForm | undefined {
  if (contentType === undefined) return undefined
  const type = mediaTypeOf(contentType)
  if (/[/+]json$/.test(type)) return 'json'
  return type.startsWith('text/') ? 'text' : 'neither'
}

/**
 * Whether a message may be of a content type. A message that does not say its content type may be, because not every protocol can carry
 * one; so may one whose content type follows from its payload alone.
 */
export function isOfMediaType({ contentType, isContentTypeImplied }: Message, wanted: string): boolean {
  if (contentType === undefined || contentType === wanted || isContentTypeImplied === true) return true
  return mediaTypeOf(contentType) === mediaTypeOf(wanted)
}

/** That a message says another content type than the document. */
export function contentTypeViolation({ contentType }: Message, wanted: string, schema: string): Violation {
  return {
    part: 'contentType',
    pointer: '',
    rule: 'contentType',
    expected: valueInWords(wanted),
    found: valueInWords(contentType),
    schema
  }
}
