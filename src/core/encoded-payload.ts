import { decodeUtf8 } from './utf8.js'

/** How text stands for the bytes of a payload. */
export const PAYLOAD_ENCODINGS = ['hex', 'base64'] as const
export type PayloadEncoding = (typeof PAYLOAD_ENCODINGS)[number]

const RULES = {
  hex: { other: /[^\da-f]/iu, perBytes: 2, what: 'a hexadecimal digit' },
  // Of both alphabets of RFC 4648; the padding is optional there.
  base64: { other: /[^\w+/-]/u, perBytes: 4, what: 'a base64 character' }
} as const

/**
 * The bytes that a text stands for. White space in it means nothing. Base64 may be that of URLs, and may have no padding.
 * @returns why the text stands for no bytes, in words, otherwise
 */
export function decodePayload(text: Uint8Array, encoding: PayloadEncoding): Uint8Array | string {
  const { other, perBytes, what } = RULES[encoding]
  const written = decodeUtf8(text).replace(/\s+/g, '')
  const digits = encoding === 'base64' ? written.replace(/={1,2}$/, '') : written
  const [foreign] = other.exec(digits) ?? []
  if (foreign !== undefined) return `${JSON.stringify(foreign)} is not ${what}`
  const rest = digits.length % perBytes
  const isPadded = digits.length < written.length
  const isCut = encoding === 'hex' ? rest !== 0 : rest === 1 || (isPadded && written.length % perBytes !== 0)
  return isCut ? 'it ends within a byte' : Buffer.from(digits, encoding)
}
