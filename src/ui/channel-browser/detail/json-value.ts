import { formatPointer } from '../../../core/json/json-outline.js'
import { findJsonValue, parseJsonPointer } from '../../../core/json/json-pointer.js'
import { decodeUtf8 } from '../../../core/utf8.js'
import type { DocValue } from './doc.js'

/** The value at a JSON pointer, to be copied: a string as the text that it stands for, anything else as it is written. */
export function jsonValue(text: string, pointer: string): DocValue | undefined {
  const json = Buffer.from(text)
  const place = findJsonValue(json, parseJsonPointer(pointer))
  if (!place) return undefined
  const written = json.subarray(place.start, place.end)
  const isString = written[0] === '"'.charCodeAt(0)
  const parsed: unknown = isString ? JSON.parse(decodeUtf8(written)) : undefined
  return {
    name: formatPointer(pointer),
    bytes: typeof parsed === 'string' ? Buffer.from(parsed) : written
  }
}
