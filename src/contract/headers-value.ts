import type { Message } from '../core/message.js'
import { decodeUtf8 } from '../core/utf8.js'
import type { Json } from './schema/same-values.js'

/** The headers of a message as an object of texts. Several values of one name are a list, as in an envelope. */
export function headersValue({ headers }: Message): { [name: string]: Json } {
  const object: { [name: string]: Json } = Object.create(null)
  for (const [name, value] of headers) {
    const text = typeof value === 'string' ? value : decodeUtf8(value)
    const before = object[name]
    if (before === undefined) object[name] = text
    else if (Array.isArray(before)) before.push(text)
    else object[name] = [before, text]
  }
  return object
}
