import xterm from '@xterm/headless'
import type { Size, Terminal, Unlisten } from '../../../src/ui/channel-browser/terminal.js'

/** A terminal in memory: an emulator shows what was written, tests press its keys. */
export class FakeTerminal implements Terminal {
  readonly emulator: xterm.Terminal
  written = ''
  isRaw = false
  isReady = true
  #inputs = new Set<(bytes: Uint8Array) => void>()
  #resizes = new Set<() => void>()
  #gone = new Set<() => void>()

  constructor(
    size: Size = { columns: 80, rows: 24 },
    readonly colorLevel = 0
  ) {
    this.emulator = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true })
  }

  size(): Size {
    return { columns: this.emulator.cols, rows: this.emulator.rows }
  }

  write(text: string): boolean {
    this.written += text
    this.emulator.write(text)
    return this.isReady
  }

  ready(): boolean {
    return this.isReady
  }

  setRaw(on: boolean): void {
    this.isRaw = on
  }

  onInput(listener: (bytes: Uint8Array) => void): Unlisten {
    this.#inputs.add(listener)
    return () => this.#inputs.delete(listener)
  }

  onResize(listener: () => void): Unlisten {
    this.#resizes.add(listener)
    return () => this.#resizes.delete(listener)
  }

  onGone(listener: () => void): Unlisten {
    this.#gone.add(listener)
    return () => this.#gone.delete(listener)
  }

  /** Whether the terminal reports presses, drags and the wheel. */
  async hasMouse(): Promise<boolean> {
    await new Promise<void>((resolve) => this.emulator.write('', resolve))
    return this.emulator.modes.mouseTrackingMode === 'drag'
  }

  /** Whether anybody reads the keys. */
  get isRead(): boolean {
    return this.#inputs.size > 0
  }

  press(keys: string): void {
    for (const listener of this.#inputs) listener(Buffer.from(keys))
  }

  resize(columns: number, rows: number): void {
    this.emulator.resize(columns, rows)
    for (const listener of this.#resizes) listener()
  }

  goAway(): void {
    for (const listener of this.#gone) listener()
  }

  /** The lines that are shown now, without blanks at their ends. */
  async screen(): Promise<string[]> {
    await new Promise<void>((resolve) => this.emulator.write('', resolve))
    const buffer = this.emulator.buffer.active
    return Array.from(
      { length: this.emulator.rows },
      (_, row) => buffer.getLine(row)?.translateToString(true) ?? ''
    )
  }

  /** Whether the terminal is as it was before the browser: its own screen, a cursor, cooked, nobody reading. */
  async isRestored(): Promise<boolean> {
    await new Promise<void>((resolve) => this.emulator.write('', resolve))
    const { modes, buffer } = this.emulator
    const isCursorShown = this.written.lastIndexOf('\x1b[?25h') > this.written.lastIndexOf('\x1b[?25l')
    const hasOwnScreen = buffer.active.type === 'normal'
    return (
      hasOwnScreen &&
      isCursorShown &&
      modes.wraparoundMode &&
      !modes.bracketedPasteMode &&
      modes.mouseTrackingMode === 'none' &&
      !this.isRaw &&
      !this.isRead
    )
  }
}
