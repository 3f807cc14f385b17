import { scanJson } from './json/json-text.js'
import { isUtf8 } from './utf8.js'

/** JSON; any other UTF-8 text; anything else; or nothing at all (which, retained, clears a channel). */
export type PayloadKind = 'empty' | 'json' | 'text' | 'binary'

/** What the bytes of a payload are, judged by nothing but themselves. */
export function payloadKind(bytes: Uint8Array): PayloadKind {
  if (bytes.length === 0) return 'empty'
  if (scanJson(bytes).ok) return 'json'
  return isUtf8(bytes) ? 'text' : 'binary'
}
