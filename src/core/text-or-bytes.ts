import { asBuffer, decodeUtf8, isUtf8 } from './utf8.js'

/** Text if the bytes are valid UTF-8; otherwise the bytes themselves. */
export type TextOrBytes = string | Uint8Array

/** Text, if the bytes from `start` to before `end` are valid UTF-8; otherwise a copy of them. */
export function textOrBytes(bytes: Uint8Array, start = 0, end = bytes.length): TextOrBytes {
  const short = end - start <= SHORT ? shortAscii(bytes, start, end) : undefined
  if (short !== undefined) return short
  const text = decodeUtf8(bytes, start, end)
  // The text may hold a replacement character as such, so its presence only asks for the full check.
  if (!text.includes('\uFFFD') || isUtf8(asBuffer(bytes).subarray(start, end))) return text
  return Uint8Array.prototype.slice.call(bytes, start, end)
}

/** Up to this many bytes, `shortAscii` takes half of the time of a call into native code: the keys of messages are mostly that short. */
const SHORT = 12

/** Text, if the bytes are ASCII throughout; otherwise undefined. */
function shortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = ''
  let at = start
  for (; at + 4 <= end; at += 4) {
    const a = bytes[at] as number
    const b = bytes[at + 1] as number
    const c = bytes[at + 2] as number
    const d = bytes[at + 3] as number
    if ((a | b | c | d) > 0x7f) return undefined
    text += String.fromCharCode(a, b, c, d)
  }
  for (; at < end; at++) {
    const byte = bytes[at] as number
    if (byte > 0x7f) return undefined
    text += String.fromCharCode(byte)
  }
  return text
}

/** Whether both are the same text, or the same bytes. */
export function isSameText(one: TextOrBytes, other: TextOrBytes): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other
  return asBuffer(one).equals(other)
}
