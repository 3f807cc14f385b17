import type { ByteWriter } from '../byte-writer.js'
import type { TextOrBytes } from '../text-or-bytes.js'
import { asBuffer, decodeUtf8, isUtf8 } from '../utf8.js'
import { visibleText } from '../visible-text.js'

export const QUOTE = 0x22

/** Whether the character needs no escape in a JSON string: printable ASCII without `"` and `\\`. */
export function isPlainCharacter(code: number): boolean {
  return code >= 0x20 && code < 0x7f && code !== QUOTE && code !== 0x5c
}

/** Writes a JSON string that holds no terminal control. Most texts need no escape, and checking that is faster than JSON.stringify. */
export function quoteJson(text: string): string {
  return isPlain(text) ? `"${text}"` : quoteUnusual(text)
}

function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isPlainCharacter(text.charCodeAt(at))) return false
  return true
}

/** JSON allows some characters unescaped that a terminal obeys. `visibleText` writes them as JSON escapes, so the value stays the same. */
function quoteUnusual(text: string): string {
  return visibleText(JSON.stringify(text))
}

/** A text as a JSON string, and bytes as `{"base64": "..."}`. Bytes that are valid UTF-8 are written as text, too. */
export function formatTextOrBytes(value: TextOrBytes): string {
  if (typeof value === 'string') return quoteJson(value)
  return isUtf8(value) ? quoteJson(decodeUtf8(value)) : `{"base64":${formatBase64(value)}}`
}

/** Up to this many characters, a loop over them is faster than a call into native code with its fixed cost. */
const SHORT = 64

/** Writes what `formatTextOrBytes` returns. For a short text, it does not make a string of it first: keys of messages are such texts. */
export function writeTextOrBytes(value: TextOrBytes, into: ByteWriter): void {
  if (typeof value !== 'string' || value.length > SHORT || !isPlain(value)) {
    into.writeText(formatTextOrBytes(value))
    return
  }
  into.writeByte(QUOTE)
  into.writeAscii(value)
  into.writeByte(QUOTE)
}

/** The bytes as a JSON string of base64. */
export function formatBase64(bytes: Uint8Array): string {
  return `"${asBuffer(bytes).toString('base64')}"`
}
