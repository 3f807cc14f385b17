import type { Line, Style } from './line.js'
import type { Size } from './terminal.js'

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J'
const MOUSE_ON = '\x1b[?1002h\x1b[?1006h'
const MOUSE_OFF = '\x1b[?1006l\x1b[?1002l'
const LEAVE = '\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l'
// Synchronised updates (mode 2026): a terminal that supports them shows a frame in one step. Other terminals ignore these sequences.
const BEGIN_FRAME = '\x1b[?2026h'
const END_FRAME = '\x1b[?2026l'

// Select Graphic Rendition parameters, with the 16 colours and without colours. Colour is never the only sign of a meaning.
const LOOKS: Readonly<Record<Style, readonly [coloured: string, plain: string]>> = {
  text: ['', ''],
  dim: ['90', '2'],
  strong: ['1', '1'],
  title: ['1;36', '1'],
  bar: ['7', '7'],
  'bar-red': ['7;31', '7'],
  'bar-green': ['7;32', '7'],
  'bar-yellow': ['7;33', '7'],
  'bar-blue': ['7;34', '7'],
  'bar-magenta': ['7;35', '7'],
  'bar-cyan': ['7;36', '7'],
  selected: ['7', '7'],
  hit: ['30;43', '1;4'],
  name: ['36', ''],
  string: ['32', ''],
  number: ['33', ''],
  literal: ['35', ''],
  good: ['32', ''],
  warning: ['33;1', '1'],
  bad: ['31;1', '1']
}

const RESET = '\x1b[0m'
const ASCII = /^[\x20-\x7e]*$/

/** Encodes lines for a terminal. Sends only the lines that differ from what the terminal shows. */
export class ScreenWriter {
  readonly #coloured: boolean
  #shown: string[] = []
  #size: Size = { columns: 0, rows: 0 }
  #hasMouse = true

  constructor(colorLevel: number) {
    this.#coloured = colorLevel > 0
  }

  /**
   * Takes over the screen: switches to the alternate screen, hides the cursor, turns wrapping off, and asks for marks around pasted text and for
   * reports of the mouse, unless these were turned off.
   */
  enter(): string {
    this.#shown = []
    return ENTER + (this.#hasMouse ? MOUSE_ON : '')
  }

  /** Gives the screen back as it was. */
  leave(): string {
    return MOUSE_OFF + LEAVE
  }

  /** Asks for reports of the mouse (presses, drags and the wheel; xterm's modes 1002 and 1006), or for none: the terminal then selects text. */
  mouse(on: boolean): string {
    this.#hasMouse = on
    return on ? MOUSE_ON : MOUSE_OFF
  }

  /** Shows the lines; those beyond the screen are left out, missing ones are blank. Empty if nothing changed. */
  frame(lines: readonly Line[], size: Size): string {
    let sent = ''
    if (size.columns !== this.#size.columns || size.rows !== this.#size.rows) {
      this.#shown = []
      this.#size = size
      sent = '\x1b[0m\x1b[2J'
    }
    for (let row = 0; row < size.rows; row++) {
      const line = this.#encode(lines[row] ?? [])
      if (line === this.#shown[row]) continue
      this.#shown[row] = line
      sent += `\x1b[${row + 1};1H\x1b[2K${line}`
    }
    return sent === '' ? '' : BEGIN_FRAME + sent + END_FRAME
  }

  #encode(line: Line): string {
    let encoded = ''
    let column = 1
    let look = ''
    for (const piece of line) {
      if (piece.text === '') continue
      const next = LOOKS[piece.style][this.#coloured ? 0 : 1]
      if (next !== look) encoded += `${look === '' ? '' : RESET}${next === '' ? '' : `\x1b[${next}m`}`
      look = next
      encoded += piece.text
      column += piece.cells
      // Terminals disagree on the width of emoji and rare scripts. Naming the column keeps the rest aligned.
      if (!ASCII.test(piece.text)) encoded += `\x1b[${column}G`
    }
    // The line was erased before, so blanks at its end need not be sent.
    return look === '' ? encoded.trimEnd() : encoded + RESET
  }
}
