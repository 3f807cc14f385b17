import { type JsonToken, jsonTokens } from '../core/json/json-tokens.js'
import { visibleText } from '../core/visible-text.js'
import { cellWidth } from './cell-width.js'
import type { Theme } from './theme.js'

/** Deeper levels are not indented further, so that the output grows with the input and not with its square. */
const DEEPEST_INDENT = 20

/**
 * The lines of a JSON text, each after `margin`: one line if it fits into `width` columns, otherwise indented by two spaces per level.
 * Every token stays as it is written, so numbers keep their digits. Only control characters are written as escapes.
 */
export function formatJson(text: string, margin: string, width: number, theme: Theme): string {
  // A raw CR in JSON is white space. Other control characters can stand only in strings, where an escape means the same.
  const tokens = jsonTokens(visibleText(text.replaceAll('\r', ' '), { keepLines: true }))
  let columns = 0
  for (const token of tokens) columns += cellWidth(token.text) + gapAfter(token).length
  return margin + (columns <= width ? formatOnOneLine(tokens, theme) : formatIndented(tokens, margin, theme))
}

/** A visible JSON text, indented by two spaces per level. All lines but the first come after `margin`. */
export const indentJson = (text: string, margin: string, theme: Theme): string =>
  formatIndented(jsonTokens(text), margin, theme)

/** A JSON text in colours, with its white space as it was written. */
export function paintJson(text: string, theme: Theme): string {
  if (!theme.coloured) return text
  let shown = ''
  let at = 0
  for (const token of jsonTokens(text)) {
    // Between two tokens stand only white space and a colon.
    const start = text.indexOf(token.text, at)
    shown += text.slice(at, start) + paint(token, theme)
    at = start + token.text.length
  }
  return shown + text.slice(at)
}

function gapAfter({ text, kind }: JsonToken): string {
  return kind === 'name' ? ': ' : text === ',' ? ' ' : ''
}

function formatOnOneLine(tokens: readonly JsonToken[], theme: Theme): string {
  let shown = ''
  for (const token of tokens) shown += paint(token, theme) + gapAfter(token)
  return shown
}

/** An empty object or array stays on one line. */
function formatIndented(tokens: readonly JsonToken[], margin: string, theme: Theme): string {
  let shown = ''
  let depth = 0
  let previous = ''
  for (const token of tokens) {
    const { text, kind } = token
    const closes = text === '}' || text === ']'
    const opened = previous === '{' || previous === '['
    if (closes) depth--
    if (closes ? !opened : opened || previous === ',')
      shown += `\n${margin}${'  '.repeat(Math.min(depth, DEEPEST_INDENT))}`
    if (text === '{' || text === '[') depth++
    shown += kind === 'name' ? `${paint(token, theme)}: ` : paint(token, theme)
    previous = text
  }
  return shown
}

function paint({ text, kind }: JsonToken, theme: Theme): string {
  return theme.coloured ? theme[PAINT[kind]](text) : text
}

const PAINT = {
  name: 'name',
  string: 'text',
  number: 'number',
  literal: 'literal',
  mark: 'faint'
} as const satisfies Record<JsonToken['kind'], keyof Theme>
