import { formatByteSize } from '../../../core/byte-size.js'
import type { RememberedMessage } from '../../../core/catalogue/channel-entry.js'
import { type OutlineLine, outlineJson } from '../../../core/json/json-outline.js'
import { payloadSize } from '../../../core/message.js'
import { payloadKind } from '../../../core/payload.js'
import { decodeUtf8 } from '../../../core/utf8.js'
import { RecentCache } from '../recent-cache.js'

/** A payload made ready to be shown. */
export type Content =
  | { readonly kind: 'null' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'json'; readonly text: string; readonly outline: readonly OutlineLine[] }
  /** `isJson`: too large to be laid out. */
  | { readonly kind: 'text'; readonly text: string; readonly isJson: boolean }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array }

// Larger JSON is shown as plain text: a new layout for every message would take longer than a frame.
const LARGEST_OUTLINE = 512 * 1024

// The message shown, the one before, and a few that the user walked through. An outline takes many times the memory of its text.
const recent = new RecentCache<RememberedMessage, Content>(8)

/** The payload of a message, with its kind. */
export function contentOf(message: RememberedMessage): Content {
  return recent.get(message, () => readContent(message))
}

/** The same without the cache, for reading many messages once. */
export function readContent(message: RememberedMessage): Content {
  const bytes = message.payload
  if (bytes === null) return { kind: 'null' }
  if (isCut(message)) return readBeginning(bytes)
  const kind = payloadKind(bytes)
  if (kind === 'empty' || kind === 'null') return { kind }
  if (kind === 'binary') return { kind, bytes }
  const text = decodeUtf8(bytes)
  const isJson = kind === 'json'
  const outline = isJson && bytes.length <= LARGEST_OUTLINE ? outlineJson(text) : undefined
  return outline ? { kind: 'json', text, outline } : { kind: 'text', text, isJson }
}

const isCut = (message: RememberedMessage): boolean => payloadSize(message) < message.size

/** A payload that was kept in part may end within a character, which makes it no binary. */
function readBeginning(bytes: Uint8Array): Content {
  if (payloadKind(bytes.subarray(0, wholeCharacters(bytes))) === 'binary') return { kind: 'binary', bytes }
  return { kind: 'text', text: decodeUtf8(bytes), isJson: false }
}

/** How large the payload is, and what it is: all of it, which its beginning cannot tell. */
export const describeSize = (message: RememberedMessage, between: string): string =>
  message.payload === null
    ? '(no payload)'
    : `${formatByteSize(message.size)}${between}${isCut(message) ? (message.kind ?? 'not examined') : wholeKind(contentOf(message))}`

function wholeKind(content: Content): string {
  return content.kind === 'text' && content.isJson ? 'json' : content.kind
}

function wholeCharacters(bytes: Uint8Array): number {
  let end = bytes.length
  while (end > 0 && bytes.length - end < 4 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--
  return end > 0 && (bytes[end - 1] ?? 0) >= 0xc0 ? end - 1 : bytes.length
}
