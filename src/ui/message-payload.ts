import { scanJson } from '../core/json/json-text.js'
import { decodeUtf8, isUtf8 } from '../core/utf8.js'
import { visibleText } from '../core/visible-text.js'
import { cellWidth } from './cell-width.js'
import { formatHexDump } from './hex-dump.js'
import { indentJson, paintJson } from './json-highlight.js'
import type { Theme } from './theme.js'
import { wrapCells } from './wrap-cells.js'

/** What stands before each line of a payload that has lines of its own. */
export const MARGIN = '  '
/** How many bytes of text or JSON are shown before the rest is only counted. */
export const MOST_BYTES = 64 * 1024
/** Control characters that text does not contain when a person wrote it. */
const BINARY_TEXT = /[\0-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]/
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/
/** How JSON begins. */
const MAY_BE_JSON = /^[\s"[{\-\dtfn]/
/** Bytes that are not text stand behind the channel where they are no more than a line of a hex dump. */
const MOST_BINARY = 16

/** Whether a text is shown as the bytes that it is made of. */
export const isBinaryText = (text: string): boolean => BINARY_TEXT.test(text)

/** How many more bytes there are than are shown, and how to see them. */
export const moreBytes = (rest: number, theme: Theme): string =>
  theme.faint(`… ${rest} more ${rest === 1 ? 'byte' : 'bytes'}: --raw or --json shows all`)

/** Where the payload ends without its last line break, which is not shown. A payload that is a line break ends behind it. */
function endOfText(payload: Uint8Array): number {
  const { length } = payload
  if (payload[length - 1] !== 0x0a || length === 1) return length
  return payload[length - 2] === 0x0d ? length - 2 : length - 1
}

/** The text without line breaks of Windows; a tab also controls a terminal, so it becomes spaces. */
function shownText(text: string, isJson: boolean): string {
  const lines = text.replaceAll('\r\n', '\n')
  // A lone CR in JSON is white space. Other control characters can stand only in strings, where an escape means the same.
  const visible = visibleText(isJson ? lines.replaceAll('\r', ' ') : lines, { keepLines: true })
  return visible.replaceAll('\t', '    ')
}

/** A payload that was looked at once, and can be shown in two places. */
export interface ShownPayload {
  /** How many cells it takes on one line; no number of cells is enough where it has several lines. */
  readonly cells: number
  /** On one line, as it was written, in colours. */
  onLine(): string
  /**
   * On lines of its own, with a margin: JSON and text as they were written where each line fits. Wider JSON is indented anew, and wider
   * text is wrapped.
   * @param width in cells, without the margin
   */
  below(width: number): string
}

/** A short text of ours that stands for a payload. */
function said(text: string, theme: Theme): ShownPayload {
  const shown = theme.faint(text)
  return { cells: text.length, onLine: () => shown, below: () => MARGIN + shown }
}

/** Decides how a payload is shown. */
export function showPayload(payload: Uint8Array | null, theme: Theme): ShownPayload {
  if (payload === null) return said('(no payload)', theme)
  if (payload.length === 0) return said('(empty)', theme)
  if (payload.length > MOST_BYTES) return showHuge(payload, theme)
  const text = decodeUtf8(payload, 0, endOfText(payload))
  if (PRINTABLE_ASCII.test(text)) return showText(text, payload, theme)
  if (text === '\n') return said('\\n', theme)
  if (!isUtf8(payload) || isBinaryText(text)) return showBinary(payload, theme)
  return showText(shownText(text, isJson(text, payload)), payload, theme)
}

const isJson = (text: string, payload: Uint8Array) => MAY_BE_JSON.test(text) && scanJson(payload).ok

function showText(text: string, payload: Uint8Array, theme: Theme): ShownPayload {
  return {
    cells: text.includes('\n') ? Number.POSITIVE_INFINITY : cellWidth(text),
    onLine: () => (theme.coloured && isJson(text, payload) ? paintJson(text, theme) : text),
    below(width) {
      if (!isJson(text, payload)) return wrapLines(text, width)
      // A line break within a string would be no JSON, so a line that is too wide is left to the terminal.
      if (text.includes('\n')) return MARGIN + paintJson(text, theme).replaceAll('\n', `\n${MARGIN}`)
      return MARGIN + (this.cells <= width ? paintJson(text, theme) : indentJson(text, MARGIN, theme))
    }
  }
}

function showHuge(payload: Uint8Array, theme: Theme): ShownPayload {
  const below = (width: number) => {
    if (!isUtf8(payload)) return dump(payload, width, theme)
    const text = shownText(decodeUtf8(payload, 0, MOST_BYTES), false)
    return `${wrapLines(text, width)}\n${MARGIN}${moreBytes(payload.length - MOST_BYTES, theme)}`
  }
  return { cells: Number.POSITIVE_INFINITY, onLine: () => '', below }
}

function showBinary(payload: Uint8Array, theme: Theme): ShownPayload {
  const short = payload.length > MOST_BINARY ? '' : shortDump(payload)
  return {
    cells: short === '' ? Number.POSITIVE_INFINITY : short.length,
    onLine: () => theme.faint(short),
    below: (width) => dump(payload, width, theme)
  }
}

function shortDump(payload: Uint8Array): string {
  const hex = Array.from(payload, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const ascii = Array.from(payload, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
  return `${hex}  |${ascii.join('')}|`
}

const wrapLines = (text: string, width: number) =>
  text
    .split('\n')
    .flatMap((line) => wrapCells(line, width))
    .map((line) => MARGIN + line)
    .join('\n')

const dump = (payload: Uint8Array, width: number, theme: Theme) =>
  formatHexDump(payload, width)
    .map((line) => MARGIN + theme.faint(line))
    .join('\n')
