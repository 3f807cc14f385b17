import { visibleText } from '../core/visible-text.js'
import type { Theme } from './theme.js'

/** Deeper levels are not indented further, so that the output grows with the input and not with its square. */
const DEEPEST_INDENT = 20

/** A string, with the colon behind it if it is a name; a bracket or comma; a number or literal. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\],]|[^\s{}[\],:"]+/g

/**
 * The lines of a JSON text, each after `margin`: one if it fits into `width` columns, otherwise indented by two spaces a level.
 * Every token stays as it is written: numbers keep their digits; only what a terminal would obey is written as an escape.
 */
export function formatJson(text: string, margin: string, width: number, theme: Theme): string {
  // Within JSON a raw CR is white space, and what else a terminal obeys stands in strings, where an escape says the same.
  const visible = visibleText(text.replaceAll('\r', ' '), { keepLines: true })
  return margin + (formatOnOneLine(visible, width, theme) ?? formatIndented(visible, margin, theme))
}

function formatOnOneLine(text: string, width: number, theme: Theme): string | undefined {
  let shown = ''
  let columns = 0
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    const end = colon !== undefined ? ': ' : token === ',' ? ' ' : ''
    const value = string ?? token
    columns += value.length + end.length
    if (columns > width) return undefined
    shown += paint(value, colon !== undefined, theme) + end
  }
  return shown
}

/** An empty object or array stays together. */
function formatIndented(text: string, margin: string, theme: Theme): string {
  let shown = ''
  let depth = 0
  let previous = ''
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']'
    const opened = previous === '{' || previous === '['
    if (closes) depth--
    if (closes ? !opened : opened || previous === ',')
      shown += `\n${margin}${'  '.repeat(Math.min(depth, DEEPEST_INDENT))}`
    if (token === '{' || token === '[') depth++
    shown += paint(string ?? token, colon !== undefined, theme)
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
