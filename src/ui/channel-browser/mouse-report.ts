/** What the mouse did, at a cell of the screen. Columns and rows count from 0. */
export interface Pointer {
  readonly action: 'press' | 'drag' | 'release' | 'wheel-up' | 'wheel-down'
  readonly column: number
  readonly row: number
}

/** The beginning of a text that is a report of the mouse, or the beginning of one. */
export interface MouseReport {
  /** How long it is; undefined while its end has not come. */
  readonly length: number | undefined
  /** What it says; absent if it is malformed, or of no concern to us: other buttons, a wheel to the side. */
  readonly pointer?: Pointer
}

// xterm's mode 1006: `ESC [ < button ; column ; row` and M for a press, m for a release. Cells count from 1.
const SGR = /^\x1b\[<([\x20-\x3f]*)([\x40-\x7e]?)/
const PARAMETERS = /^(\d{1,3});(\d{1,5});(\d{1,5})$/
// Terminals that do not know mode 1006 send `ESC [ M` and three characters of any value. These must not be taken for keys.
const OLD = '\x1b[M'
const OLD_LENGTH = OLD.length + 3

const SHIFT_ALT_CTRL = 4 | 8 | 16
const MOTION = 32
const WHEEL_UP = 64
const WHEEL_DOWN = 65

/** Reads the report of the mouse that a text begins with; undefined if it begins with something else. */
export function readMouseReport(text: string): MouseReport | undefined {
  if (text.startsWith(OLD)) return { length: text.length < OLD_LENGTH ? undefined : OLD_LENGTH }
  const report = SGR.exec(text)
  if (!report) return undefined
  const [whole, parameters = '', final = ''] = report
  // What no sequence can have within it has broken the report off.
  if (final === '') return { length: whole.length < text.length ? whole.length : undefined }
  const pointer = pointerOf(parameters, final)
  return { length: whole.length, ...(pointer && { pointer }) }
}

function pointerOf(parameters: string, final: string): Pointer | undefined {
  const [, button = '', x = '', y = ''] = PARAMETERS.exec(parameters) ?? []
  const action = actionOf(Number(button) & ~SHIFT_ALT_CTRL, final)
  const column = Number(x) - 1
  const row = Number(y) - 1
  return button === '' || action === undefined || column < 0 || row < 0 ? undefined : { action, column, row }
}

function actionOf(button: number, final: string): Pointer['action'] | undefined {
  if (final === 'm') return button === 0 ? 'release' : undefined
  if (final !== 'M') return undefined
  if (button === 0) return 'press'
  if (button === MOTION) return 'drag'
  if (button === WHEEL_UP) return 'wheel-up'
  return button === WHEEL_DOWN ? 'wheel-down' : undefined
}
