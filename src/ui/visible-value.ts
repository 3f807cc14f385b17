import type { TextOrBytes } from '../core/message.js'
import { visibleText } from '../core/visible-text.js'

/** How many bytes are shown before the rest is only counted. */
const MOST_BYTES = 32

/** How many characters of a text are shown: a key may be as large as a payload. */
const MOST_CHARACTERS = 4096

/** A header's value or a key, for people. Bytes that are not text are shown as hexadecimal digits. What is very long is cut. */
export function visibleValue(value: TextOrBytes): string {
  if (typeof value === 'string')
    return value.length <= MOST_CHARACTERS
      ? visibleText(value)
      : `${visibleText(value.slice(0, MOST_CHARACTERS))}… (${value.length} characters)`
  const hex = Buffer.from(value.subarray(0, MOST_BYTES)).toString('hex')
  return value.length <= MOST_BYTES ? `0x${hex}` : `0x${hex}… (${value.length} bytes)`
}
