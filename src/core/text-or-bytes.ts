import { asBuffer, decodeUtf8, isUtf8 } from './utf8.js'

/** Text if the bytes are valid UTF-8; otherwise the bytes themselves. */
export type TextOrBytes = string | Uint8Array

/** Text, if the bytes from `start` to before `end` are valid UTF-8; otherwise a copy of them. */
export function textOrBytes(bytes: Uint8Array, start = 0, end = bytes.length): TextOrBytes {
  const text = decodeUtf8(bytes, start, end)
  // The text may hold a replacement character as such, so its presence only asks for the full check.
  if (!text.includes('\uFFFD') || isUtf8(asBuffer(bytes).subarray(start, end))) return text
  return Uint8Array.prototype.slice.call(bytes, start, end)
}

/** Whether both are the same text, or the same bytes. */
export function isSameText(one: TextOrBytes, other: TextOrBytes): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other
  return asBuffer(one).equals(other)
}
