/** Whether the bytes are UTF-8 throughout. */
export { isUtf8 } from 'node:buffer'

/**
 * The length in bytes, 2 to 4, of the UTF-8 character that starts at `at` with a byte of 0x80 or more. 0 if the character is not
 * valid: cut off at `end`, overlong, a surrogate, or beyond U+10FFFF (RFC 3629, section 4).
 */
export function wideCharacterLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] as number
  if (first < 0xc2 || first > 0xf4) return 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  if (at + length > end) return 0
  const second = bytes[at + 1] as number
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (second < least || second > most) return 0
  for (let i = 2; i < length; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return 0
  return length
}

/** Decodes the UTF-8 bytes from `start` to before `end`. A BOM stays. */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return asBuffer(bytes).toString('utf8', start, end)
}

/** The same bytes, not a copy, with the methods of a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/**
 * A view of the bytes from `start` to before `end`, not a copy. It costs half of `subarray`, which first looks up the constructor of the
 * view (ECMAScript's TypedArraySpeciesCreate).
 */
export function viewOf(bytes: Uint8Array, start: number, end = bytes.length): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start)
}
