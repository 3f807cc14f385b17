import { counted } from '../../../core/counted.js'
import { foldOutline, type OutlineLine } from '../../../core/json/json-outline.js'
import type { JsonToken } from '../../../core/json/json-tokens.js'
import { type Line, type Span, type Style, span, spans } from '../line.js'
import { type Doc, wrapLine } from './doc.js'
import { jsonValue } from './json-value.js'

/** How the pieces of a JSON text look. */
export const TOKEN_STYLES: Readonly<Record<JsonToken['kind'], Style>> = {
  name: 'name',
  string: 'string',
  number: 'number',
  literal: 'literal',
  mark: 'dim'
}

/**
 * A JSON text, given with its outline, with one member per line. Values can be folded. Long values continue on the next line.
 * @param spansOf how a piece is shown, if not as all are
 */
export function jsonDoc(
  text: string,
  outline: readonly OutlineLine[],
  folded: ReadonlySet<string>,
  width: number,
  spansOf: (token: JsonToken) => Span[] = tokenSpans
): Doc {
  const lines: { shown: Line; opens: string | undefined; pointer: string }[] = []
  for (const line of foldOutline(outline, folded)) {
    const isFolded = line.closes !== undefined && folded.has(line.pointer)
    const mark = line.closes === undefined ? '  ' : isFolded ? '▸ ' : '▾ '
    const opens = line.closes === undefined ? undefined : line.pointer
    const indent = line.depth * 2
    const shown = [span(mark, 'dim'), span(' '.repeat(Math.min(indent, 40))), ...line.tokens.flatMap(spansOf)]
    if (isFolded) shown.push(span(foldedText(line), 'dim'))
    for (const part of wrapLine(shown, width, Math.min(indent, 40) + 4))
      lines.push({ shown: part, opens, pointer: line.pointer })
  }
  return {
    length: lines.length,
    line: (index) => lines[index]?.shown ?? [],
    cursorLines: lines.length,
    foldableAt: (index) => lines[index]?.opens,
    valueAt: (index) => {
      const line = lines[index]
      return line && jsonValue(text, line.pointer)
    },
    foldable: () => outline.filter((line) => line.closes !== undefined).map((line) => line.pointer)
  }
}

/** How a piece of JSON is shown. */
export function tokenSpans(token: JsonToken): Span[] {
  return spans(token.text, TOKEN_STYLES[token.kind])
}

function foldedText(line: OutlineLine): string {
  const isObject = line.tokens.at(-1)?.text === '{'
  const noun = isObject ? 'member' : 'item'
  return ` ${counted(line.members ?? 0, noun)} ${isObject ? '}' : ']'}`
}
