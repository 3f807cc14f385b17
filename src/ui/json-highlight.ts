import { visibleText } from '../core/visible-text.js'
import type { Theme } from './theme.js'

/** Deeper levels are not indented further, so that the output grows with the input and not with its square. */
const DEEPEST_INDENT = 20

interface Token {
  readonly text: string
  /** A member's name, which a colon follows. */
  readonly isName: boolean
}

/**
 * The lines of a JSON text, each after `margin`: one if it fits into `width` columns, otherwise indented by two spaces a level.
 * Every token stays as it is written: numbers keep their digits; only what a terminal would obey is written as an escape.
 */
export function formatJson(text: string, margin: string, width: number, theme: Theme): string {
  // Within JSON a raw CR is white space, and what else a terminal obeys stands in strings, where an escape says the same.
  const tokens = tokensOf(visibleText(text.replaceAll('\r', ' '), { keepLines: true }))
  let columns = 0
  for (const token of tokens) columns += token.text.length + gapAfter(token).length
  return margin + (columns <= width ? formatOnOneLine(tokens, theme) : formatIndented(tokens, margin, theme))
}

function gapAfter({ text, isName }: Token): string {
  return isName ? ': ' : text === ',' ? ' ' : ''
}

function formatOnOneLine(tokens: readonly Token[], theme: Theme): string {
  let shown = ''
  for (const token of tokens) shown += paint(token, theme) + gapAfter(token)
  return shown
}

/** An empty object or array stays together. */
function formatIndented(tokens: readonly Token[], margin: string, theme: Theme): string {
  let shown = ''
  let depth = 0
  let previous = ''
  for (const token of tokens) {
    const { text, isName } = token
    const closes = text === '}' || text === ']'
    const opened = previous === '{' || previous === '['
    if (closes) depth--
    if (closes ? !opened : opened || previous === ',')
      shown += `\n${margin}${'  '.repeat(Math.min(depth, DEEPEST_INDENT))}`
    if (text === '{' || text === '[') depth++
    shown += isName ? `${paint(token, theme)}: ` : paint(token, theme)
    previous = text
  }
  return shown
}

/** The tokens of what is known to be JSON, without white space and colons. By hand: a regular expression takes three times as long. */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const first = text.charAt(at)
    if (isSpace(first) || first === ':') {
      at++
      continue
    }
    const start = at
    at = first === '"' ? stringEnd(text, at) : BRACKETS.includes(first) ? at + 1 : scalarEnd(text, at)
    const token = text.slice(start, at)
    if (first === '"') while (isSpace(text.charAt(at))) at++
    tokens.push({ text: token, isName: first === '"' && text.charAt(at) === ':' })
  }
  return tokens
}

const BRACKETS = '{}[],'

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t'
}

/** Where the string that starts at `start` ends: behind the first quote that no odd number of backslashes stands before. */
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
  while (at < text.length && !BRACKETS.includes(text.charAt(at)) && !isSpace(text.charAt(at))) at++
  return at
}

function paint({ text, isName }: Token, theme: Theme): string {
  if (!theme.coloured) return text
  const first = text.charAt(0)
  if (first === '"') return isName ? theme.name(text) : theme.text(text)
  if (BRACKETS.includes(first)) return theme.faint(text)
  return first === 't' || first === 'f' || first === 'n' ? theme.literal(text) : theme.number(text)
}
