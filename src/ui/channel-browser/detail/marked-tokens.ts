import type { JsonToken } from '../../../core/json/json-tokens.js'
import { markedSpans } from '../hit-marks.js'
import type { Span } from '../line.js'
import type { TextSearch } from '../text-search.js'
import { TOKEN_STYLES, tokenSpans } from './json-lines.js'
import type { Content } from './message-content.js'

/**
 * How the pieces of a JSON text are shown where a search has hits in it. The hits are those of the text as it was sent, so that a hit may go
 * from one piece to the next, which stands on another line.
 */
export function markedTokens(
  { text, outline }: Extract<Content, { kind: 'json' }>,
  search: TextSearch
): (token: JsonToken) => Span[] {
  const hits = search.hits(text)
  if (hits.length === 0) return tokenSpans
  const places = new Map<JsonToken, number>()
  let at = 0
  for (const { tokens } of outline) {
    for (const token of tokens) {
      // The colon behind a name is no piece of the text: only white space and a colon stand there.
      if (token.text === ': ') continue
      at = text.indexOf(token.text, at)
      places.set(token, at)
      at += token.text.length
    }
  }
  return (token) => {
    const place = places.get(token)
    return place === undefined
      ? tokenSpans(token)
      : markedSpans(token.text, hits, TOKEN_STYLES[token.kind], place)
  }
}
