import { visibleText } from '../core/visible-text.js'
import type { Theme } from './theme.js'

/** Deeper levels are not indented further, so that the output grows with the input and not with its square. */
const DEEPEST_INDENT = 20

/** A string, with the colon behind it if it is a name; a bracket or comma; a number or literal. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\],]|[^\s{}[\],:"]+/g

/**
 * The JSON text on one line, or `undefined` if it needs more than `width` columns. Every token stays as it is written: numbers
 * keep their digits; only what a terminal would obey is written as an escape.
 */
export function formatJsonLine(text: string, width: number, theme: Theme): string | undefined {
  let shown = ''
  let columns = 0
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    const visible = visibleText(string ?? token)
    const end = colon !== undefined ? ': ' : token === ',' ? ' ' : ''
    columns += visible.length + end.length
    if (columns > width) return undefined
    shown += paint(visible, colon !== undefined, theme) + end
  }
  return shown
}

/** The same indented by two spaces a level, every line after `margin`; an empty object or array stays together. */
export function formatJsonLines(text: string, margin: string, theme: Theme): string {
  let shown = margin
  let depth = 0
  let previous = ''
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']'
    const opened = previous === '{' || previous === '['
    if (closes) depth--
    if (closes ? !opened : opened || previous === ',')
      shown += `\n${margin}${'  '.repeat(Math.min(depth, DEEPEST_INDENT))}`
    if (token === '{' || token === '[') depth++
    shown += paint(visibleText(string ?? token), colon !== undefined, theme)
    if (colon !== undefined) shown += ': '
    previous = token
  }
  return shown
}

function paint(token: string, isName: boolean, theme: Theme): string {
  if (!theme.coloured) return token
  const first = token[0] ?? ''
  if (first === '"') return isName ? theme.name(token) : theme.text(token)
  if ('{}[],'.includes(first)) return theme.faint(token)
  return first === 't' || first === 'f' || first === 'n' ? theme.literal(token) : theme.number(token)
}
