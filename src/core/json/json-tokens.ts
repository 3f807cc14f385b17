/** A piece of a JSON text, exactly as it was written. */
export interface JsonToken {
  /** `name`: the name of a member, before a colon. `mark`: a bracket, brace, comma or colon. */
  readonly kind: 'name' | 'string' | 'number' | 'literal' | 'mark'
  readonly text: string
}

const MARKS = '{}[],'

/** The tokens of a text that must be JSON, without white space and colons. A regular expression would take three times as long. */
export function jsonTokens(text: string): JsonToken[] {
  const tokens: JsonToken[] = []
  let at = 0
  while (at < text.length) {
    const first = text.charAt(at)
    if (isSpace(first) || first === ':') {
      at++
      continue
    }
    const start = at
    if (first === '"') {
      at = stringEnd(text, start)
      const token = text.slice(start, at)
      while (isSpace(text.charAt(at))) at++
      tokens.push({ kind: text.charAt(at) === ':' ? 'name' : 'string', text: token })
    } else if (MARKS.includes(first)) {
      at++
      tokens.push({ kind: 'mark', text: first })
    } else {
      at = scalarEnd(text, start)
      const isLiteral = first === 't' || first === 'f' || first === 'n'
      tokens.push({ kind: isLiteral ? 'literal' : 'number', text: text.slice(start, at) })
    }
  }
  return tokens
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r'
}

/** The offset after the closing quote of the string that starts at `start`. A quote after an odd number of backslashes is escaped. */
function stringEnd(text: string, start: number): number {
  let quote = start
  for (;;) {
    quote = text.indexOf('"', quote + 1)
    if (quote === -1) return text.length
    let before = quote
    while (text.charAt(before - 1) === '\\') before--
    if ((quote - before) % 2 === 0) return quote + 1
  }
}

function scalarEnd(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && !MARKS.includes(text.charAt(at)) && !isSpace(text.charAt(at))) at++
  return at
}
