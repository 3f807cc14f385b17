import { scanJson } from './json/json-text.js'
import { isUtf8 } from './utf8.js'

/**
 * `json`: JSON. `text`: any other UTF-8 text. `binary`: any other bytes. `empty`: no bytes (a retained message without bytes clears its
 * channel). `null`: no payload at all (a tombstone, in protocols that have them).
 */
export type PayloadKind = 'null' | 'empty' | 'json' | 'text' | 'binary'

/** The kind of a payload, judged by its bytes alone. */
export function payloadKind(bytes: Uint8Array | null): PayloadKind {
  if (bytes === null) return 'null'
  if (bytes.length === 0) return 'empty'
  if (scanJson(bytes).ok) return 'json'
  return isUtf8(bytes) ? 'text' : 'binary'
}
