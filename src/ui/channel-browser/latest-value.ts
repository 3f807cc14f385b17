import type { RememberedMessage } from '../../core/catalogue/channel-entry.js'
import { type JsonToken, jsonTokens } from '../../core/json/json-tokens.js'
import { payloadKind } from '../../core/payload.js'
import { decodeUtf8 } from '../../core/utf8.js'
import { clusters } from '../cell-width.js'
import { previewOf } from './detail/history-doc.js'
import { TOKEN_STYLES } from './detail/json-lines.js'
import { markedSpans } from './hit-marks.js'
import { lineWidth, plainText, type Span, span } from './line.js'
import type { Hit, TextSearch } from './text-search.js'

/** A longer payload is shown as it was written: a screen of them would take longer to be read than a frame. */
const LONGEST_JSON = 4096
/** Characters before the first hit that are shown, where the hit would have no room. */
const BEFORE_HIT = 6

/**
 * The payload of a message on one line, for a column that has few cells: JSON without quotes, without the outermost brackets, and with a
 * blank for a comma. Where the first hit of the search would have no room, the line begins shortly before it.
 */
export function latestValue(
  message: RememberedMessage,
  width: number,
  search: TextSearch | undefined
): Span[] {
  const { payload } = message
  const preview = previewOf(message)
  if (payload !== null && payload.length <= LONGEST_JSON && /^\s*[[{]/.test(preview)) {
    if (payloadKind(payload) === 'json') return fromHit(jsonValue(decodeUtf8(payload), width, search), width)
  }
  return fromHit(markedSpans(preview, search?.hits(preview) ?? [], 'string'), width)
}

/** As much of a JSON text as fills `width` cells, or as many from its first hit on. */
function jsonValue(text: string, width: number, search: TextSearch | undefined): Span[] {
  const hits = search?.hits(text) ?? []
  const firstHit = hits[0]?.from ?? -1
  const value: Span[] = []
  let cells = 0
  let enough = width
  let depth = 0
  let at = 0
  for (const token of jsonTokens(text)) {
    at = text.indexOf(token.text, at)
    if (at <= firstHit) enough = cells + width
    if (cells > enough) break
    const { kind } = token
    if (kind === 'mark' && (token.text === '}' || token.text === ']')) depth--
    const isOutermost = depth === 0 && kind === 'mark'
    if (kind === 'mark' && (token.text === '{' || token.text === '[')) depth++
    const pieces = isOutermost ? [] : tokenValue(token, hits, at)
    value.push(...pieces)
    cells += lineWidth(pieces)
    at += token.text.length
  }
  return value
}

function tokenValue({ kind, text }: JsonToken, hits: readonly Hit[], at: number): Span[] {
  if (kind === 'mark') return text === ',' ? [span(' ')] : markedSpans(text, hits, 'dim', at)
  if (kind === 'name') return [...markedSpans(text.slice(1, -1), hits, 'name', at + 1), span(':', 'dim')]
  if (kind === 'string') return markedSpans(text.slice(1, -1), hits, 'string', at + 1)
  return markedSpans(text, hits, TOKEN_STYLES[kind], at)
}

/** The line from shortly before its first hit on, if that hit begins beyond `width` cells. */
function fromHit(value: readonly Span[], width: number): Span[] {
  const first = value.findIndex(({ style }) => style === 'hit')
  if (first < 0 || lineWidth(value.slice(0, first + 1)) <= width) return [...value]
  const before = [...clusters(plainText(value.slice(0, first)))].slice(-BEFORE_HIT).join('')
  return [span(`…${before}`, 'dim'), ...value.slice(first)]
}
