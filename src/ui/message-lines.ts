import { DEFAULT_GUARANTEE, type Guarantee, type Message } from '../core/message.js'
import { cellWidth } from './cell-width.js'
import { createChannelLooks } from './channel-looks.js'
import { createTimeFormat } from './local-time.js'
import { type MessageDetails, unusualDetails } from './message-details.js'
import { MARGIN, showPayload } from './message-payload.js'
import { type ColourLevel, createTheme, type Theme } from './theme.js'
import { wrapCells } from './wrap-cells.js'

export interface MessageLinesOptions {
  /** 0 (no colour) to 3. The caller decides, from --color, NO_COLOR and FORCE_COLOR. */
  readonly colour: ColourLevel
  /** Columns of the terminal; read for each message, because the user may change it. */
  readonly width: number
  /** The guarantee that most messages come with, which is not worth a word. */
  readonly usual?: Guarantee
}

const GAP = '  '
const TIME_CELLS = '19:05:01.123'.length
const LEAST_WIDTH = 20
/** Names of channels are in a column of at most this part of the line, and at most so many cells: longer names only move their own line. */
const COLUMN_PART = 0.3
const WIDEST_COLUMN = 40

/**
 * Shows messages to people, one line each where it fits: `19:05:01.123  house/kitchen/motion  ON  (retained)`. What is unusual is in
 * parentheses. Otherwise headers, properties and payload have lines of their own. The column of channels grows and never shrinks. The text
 * ends with a line feed. It contains no control characters except line feeds and our own colours, whatever the message contains.
 */
export function createMessageLines(options: MessageLinesOptions): (message: Message) => string {
  const { usual = DEFAULT_GUARANTEE } = options
  const theme = createTheme(options.colour)
  const formatTime = createTimeFormat(theme.faint)
  const looksOf = createChannelLooks(theme)
  let column = 0
  return (message) => {
    const { channel, payload, time } = message
    const width = Math.max(options.width, LEAST_WIDTH)
    const name = looksOf(channel)
    if (name.cells > column && name.cells <= Math.min(width * COLUMN_PART, WIDEST_COLUMN)) column = name.cells
    const details = unusualDetails(message, usual)
    const aside = inParentheses(details)
    const asideCells = aside === '' ? 0 : GAP.length + cellWidth(aside)
    const start = time === undefined ? name.text : `${formatTime(time)}${GAP}${name.text}`
    const startCells = name.cells + (time === undefined ? 0 : TIME_CELLS + GAP.length)
    const room = width - startCells - GAP.length - asideCells
    const pad = Math.max(0, column - name.cells)
    const shownAside = aside === '' ? '' : GAP + paintAside(details, theme)
    const shown = showPayload(payload, theme)
    if (shown.cells <= room) {
      // A payload that has no room in its column comes right behind the channel.
      const gap = shown.cells <= room - pad ? ' '.repeat(pad + GAP.length) : GAP
      return `${start}${gap}${shown.onLine()}${shownAside}\n`
    }
    const below = shown.below(width - MARGIN.length)
    if (startCells + asideCells <= width) return `${start}${shownAside}\n${below}\n`
    return `${start}\n${detailLines(details, width - MARGIN.length, theme)}${below}\n`
  }
}

const inParentheses = ({ marks, headers, properties }: MessageDetails): string =>
  marks.length + headers.length + properties.length === 0
    ? ''
    : `(${[...marks, ...headers, ...properties].join(SEPARATOR)})`

const SEPARATOR = ' · '

/** The same in colours. */
function paintAside({ marks, headers, properties }: MessageDetails, theme: Theme): string {
  const parts = [
    ...marks.map((mark) => theme.mark(mark)),
    ...[...headers, ...properties].map((part) => theme.faint(part))
  ]
  return theme.faint('(') + parts.join(theme.faint(SEPARATOR)) + theme.faint(')')
}

/** Marks, then headers, then properties, each kind on lines of its own. */
function detailLines({ marks, headers, properties }: MessageDetails, width: number, theme: Theme): string {
  const lines = (text: string, paint: (line: string) => string) =>
    text === '' ? [] : wrapCells(text, width).map((line) => `${MARGIN}${paint(line)}\n`)
  return [
    ...lines(marks.join(SEPARATOR), theme.mark),
    ...headers.flatMap((header) => lines(header, theme.faint)),
    ...lines(properties.join(SEPARATOR), theme.faint)
  ].join('')
}
