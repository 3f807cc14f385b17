import { TidingsError } from '../errors.js'
import { findJsonValue, parseJsonPointer } from '../json/json-pointer.js'
import { type Message, payloadBytes, type TextOrBytes } from '../message.js'
import { decodeUtf8 } from '../utf8.js'
import { quoteName } from '../visible-text.js'

/** Bytes of a payload in which a value is looked for: 16 MiB take some 20 ms. */
const MOST_BYTES = 16 * 1024 * 1024
/** Longer values are no number and no name. */
const LONGEST = 1000
const HEADER = 'header:'

/** A place in messages at which a value stands. */
export interface ValueSource {
  /** As the user wrote it. */
  readonly text: string
  /** Where it is, for a sentence: `at /n`, `in the payload`. */
  readonly place: string
  /** The value as text; a string of JSON without its quotes and escapes. Undefined if there is none, or if it or the payload is very long. Never throws. */
  read(message: Message): string | undefined
}

/**
 * Parses a JSON pointer into the payload, `header:NAME`, or `key`. The empty pointer is the whole payload.
 * @param flag the name of the value in the error
 * @throws TidingsError of kind usage for anything else
 */
export function parseValueSource(text: string, flag: string, mayBeKey = false): ValueSource {
  if (text.startsWith(HEADER) && text.length > HEADER.length) {
    const name = text.slice(HEADER.length)
    return { ...at(text), read: ({ headers }) => asText(headers.find(([each]) => each === name)?.[1]) }
  }
  if (text === 'key' && mayBeKey) return { ...at(text), read: ({ key }) => asText(key) }
  if (text !== '' && !text.startsWith('/')) {
    throw new TidingsError(
      'usage',
      `cannot use ${quoteName(text)} for ${flag}: it names no place in a message`,
      {
        code: 'bad-value-source',
        suggestion:
          meantBy(text) ?? `write a JSON pointer such as /seq, or header:NAME${mayBeKey ? ', or key' : ''}`
      }
    )
  }
  const tokens = parseJsonPointer(text)
  return { ...at(text), read: (message) => valueAt(payloadBytes(message), tokens) }
}

const at = (text: string) => ({ text, place: text === '' ? 'in the payload' : `at ${text}` })

/** What was probably meant by a name, or by a path as filters and `jq` have it. */
function meantBy(text: string): string | undefined {
  const [, header] = /^headers?[.:/]([\w-]+)$/.exec(text) ?? []
  if (header !== undefined) return `write header:${header}`
  if (!/^[.\w-]{1,100}$/.test(text)) return undefined
  const steps = text.replace(/^(?:payload)?\./, '').split('.')
  return steps.every((step) => step !== '') ? `write it as a JSON pointer: /${steps.join('/')}` : undefined
}

function asText(value: TextOrBytes | undefined): string | undefined {
  if (value === undefined || value.length > LONGEST) return undefined
  return typeof value === 'string' ? value : decodeUtf8(value)
}

function valueAt(payload: Uint8Array, tokens: readonly string[]): string | undefined {
  if (payload.length > MOST_BYTES) return undefined
  const place = findJsonValue(payload, tokens)
  if (place === undefined || place.end - place.start > LONGEST) return undefined
  const text = decodeUtf8(payload, place.start, place.end)
  return text.startsWith('"') ? String(JSON.parse(text)) : text
}
