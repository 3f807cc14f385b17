import type { TextOrBytes } from '../core/message.js'
import { visibleText } from '../core/visible-text.js'

/** A header's value or a key, for people: bytes that are no text as hexadecimal digits. */
export const visibleValue = (value: TextOrBytes): string =>
  typeof value === 'string' ? visibleText(value) : `0x${Buffer.from(value).toString('hex')}`
