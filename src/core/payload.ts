import { scanJson } from './json/json-text.js'
import { isUtf8 } from './utf8.js'

/**
 * JSON; any other UTF-8 text; anything else; no bytes (which, retained, clears a channel); or no payload at all (a tombstone, in
 * protocols that tell the two apart).
 */
export type PayloadKind = 'null' | 'empty' | 'json' | 'text' | 'binary'

/** What the bytes of a payload are, judged by nothing but themselves. */
export function payloadKind(bytes: Uint8Array | null): PayloadKind {
  if (bytes === null) return 'null'
  if (bytes.length === 0) return 'empty'
  if (scanJson(bytes).ok) return 'json'
  return isUtf8(bytes) ? 'text' : 'binary'
}
