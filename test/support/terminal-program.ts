import { closeSync, constants, openSync, writeSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import pty from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { PROGRAM } from './program.js'
import { screenPicture } from './screen-picture.js'

/** The longest wait in milliseconds. It is less than a test may take. */
const LONGEST_WAIT = 25_000

/** A mark that we write after a program's last byte. A terminal ignores it. */
const END = '\x1b]tidings;end\x07'

/**
 * Keeps a pseudo-terminal open until everything was read, and then closes it. Without this, a program's last output can be lost: libuv
 * takes the closing of the program's side for the end although there is more to read, and node-pty closes 200 ms after the exit. So we
 * hold the program's side open, too, and write an end mark to it, after everything else, when node-pty wants to close.
 */
function holdOpen(terminal: pty.IPty): { endedBy(written: string): boolean } {
  const { _socket: socket, _pty: path } = terminal as unknown as { _socket: Duplex; _pty: string }
  const side = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
  const destroy = socket.destroy.bind(socket)
  let marked = false
  socket.destroy = () => {
    if (!marked) writeSync(side, END)
    marked = true
    return socket
  }
  return {
    endedBy(written) {
      if (!marked || !written.endsWith(END)) return false
      closeSync(side)
      socket.destroy = destroy
      socket.destroy()
      return true
    }
  }
}

/** The built program in a pseudo-terminal, with an emulator that shows what a user would see. */
export class TerminalProgram {
  readonly #pty: pty.IPty
  readonly #emulator: xterm.Terminal
  #changed: (() => void)[] = []
  #hasGivenUp = false
  #exit: { exitCode: number; signal: number | undefined } | undefined
  /** Everything that was written to the terminal. */
  written = ''

  /** @param through a command that runs the program given by its further arguments */
  constructor(
    args: readonly string[],
    env: Record<string, string>,
    size = { columns: 80, rows: 24 },
    through: readonly string[] = []
  ) {
    const { columns: cols, rows } = size
    this.#emulator = new xterm.Terminal({ cols, rows, allowProposedApi: true })
    const [command = process.execPath, ...more] = [...through, process.execPath, PROGRAM, ...args]
    this.#pty = pty.spawn(command, more, { name: 'xterm-256color', cols, rows, env })
    const line = holdOpen(this.#pty)
    this.#pty.onData((text) => {
      this.written += text
      if (line.endedBy(this.written)) this.written = this.written.slice(0, -END.length)
      this.#emulator.write(text, () => this.#wake())
    })
    this.#pty.onExit(({ exitCode, signal }) => {
      // The exit counts only once the emulator has processed all output.
      this.#emulator.write('', () => {
        this.#exit = { exitCode, signal: signal || undefined }
        this.#wake()
      })
    })
  }

  get pid(): number {
    return this.#pty.pid
  }

  /** Sends keys as a terminal does. */
  press(keys: string): void {
    this.#pty.write(keys)
  }

  resize(columns: number, rows: number): void {
    this.#emulator.resize(columns, rows)
    this.#pty.resize(columns, rows)
  }

  kill(signal: string): void {
    this.#pty.kill(signal)
  }

  /** The lines on the screen, without spaces at their ends. */
  get screen(): string {
    const { active } = this.#emulator.buffer
    const lines = Array.from({ length: this.#emulator.rows }, (_, row) => active.getLine(active.baseY + row))
    return lines.map((line) => line?.translateToString(true) ?? '').join('\n')
  }

  /** The screen as a picture. */
  picture(title: string): string {
    return screenPicture(this.#emulator, title)
  }

  /** Whether the program uses the alternate screen. */
  get hasOwnScreen(): boolean {
    return this.#emulator.buffer.active.type === 'alternate'
  }

  /** Whether the terminal reports presses, drags and the wheel of the mouse to the program. */
  get hasMouse(): boolean {
    return this.#emulator.modes.mouseTrackingMode === 'drag'
  }

  /** Whether the terminal is in its usual state: it wraps lines, does not mark pasted text, keeps the mouse, and shows the cursor. */
  get isRestored(): boolean {
    const { wraparoundMode, bracketedPasteMode, mouseTrackingMode } = this.#emulator.modes
    const isMouseFree = mouseTrackingMode === 'none'
    const isCursorShown = this.written.lastIndexOf('\x1b[?25h') >= this.written.lastIndexOf('\x1b[?25l')
    return !this.hasOwnScreen && wraparoundMode && !bracketedPasteMode && isMouseFree && isCursorShown
  }

  /** Resolves with the screen once it shows the text. Rejects if the program ends before. */
  async showing(text: string | RegExp): Promise<string> {
    const isShown = () => (typeof text === 'string' ? this.screen.includes(text) : text.test(this.screen))
    await this.#until(isShown, `showed ${text}`)
    return this.screen
  }

  /** Resolves once the program has left the alternate screen. Rejects if the program ends before. */
  givingScreenBack(): Promise<void> {
    return this.#until(() => !this.hasOwnScreen, 'gave the screen back')
  }

  async #until(isSo: () => boolean, what: string): Promise<void> {
    // A test that waits in vain fails with the screen in its error.
    const givingUp = setTimeout(() => this.#giveUp(), LONGEST_WAIT)
    try {
      while (!isSo()) {
        if (this.#exit || this.#hasGivenUp) {
          const state = this.#exit ? `ended with ${this.#exit.exitCode}` : 'still runs'
          throw new Error(`the program ${state} and never ${what}:\n${this.screen}`)
        }
        await this.#change()
      }
    } finally {
      clearTimeout(givingUp)
    }
  }

  /** Resolves once the program has ended and all its output is on the screen. */
  async exited(): Promise<{ exitCode: number; signal: number | undefined }> {
    while (!this.#exit) await this.#change()
    return this.#exit
  }

  #giveUp(): void {
    this.#hasGivenUp = true
    this.#wake()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#changed.push(resolve))
  }

  #wake(): void {
    for (const resolve of this.#changed.splice(0)) resolve()
  }
}
