import type { TextOrBytes } from '../core/message.js'
import { visibleText } from '../core/visible-text.js'

/** How many bytes are shown before the rest is only counted. */
const MOST_BYTES = 32

/** A header's value or a key, for people. Bytes that are not text are shown as hexadecimal digits, cut short where there are many. */
export function visibleValue(value: TextOrBytes): string {
  if (typeof value === 'string') return visibleText(value)
  const hex = Buffer.from(value.subarray(0, MOST_BYTES)).toString('hex')
  return value.length <= MOST_BYTES ? `0x${hex}` : `0x${hex}… (${value.length} bytes)`
}
