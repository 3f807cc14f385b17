import pty from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { PROGRAM } from './program.js'

/** The built program in a pseudo-terminal, and the screen that a person would see. */
export class TerminalProgram {
  private readonly process: pty.IPty
  private readonly screen: InstanceType<typeof xterm.Terminal>
  private readonly waiting = new Set<() => void>()
  private ended: number | undefined
  /** Every byte that the program sent to the terminal. */
  output = ''

  constructor(
    args: readonly string[],
    options: { env: Record<string, string>; columns?: number; rows?: number }
  ) {
    const { env, columns = 80, rows = 24 } = options
    this.screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 })
    this.process = pty.spawn(process.execPath, [PROGRAM, ...args], {
      name: 'xterm-256color',
      cols: columns,
      rows,
      env: { ...env, TERM: 'xterm-256color' }
    })
    this.process.onData((text) => {
      this.output += text
      this.screen.write(text, () => this.wake())
    })
    this.process.onExit(({ exitCode }) => {
      this.ended = exitCode
      this.screen.write('', () => this.wake())
    })
  }

  get pid(): number {
    return this.process.pid
  }

  /** The lines on the screen and those that have scrolled off it, without trailing blanks. */
  get text(): string {
    const { active } = this.screen.buffer
    return Array.from(
      { length: active.length },
      (_, row) => active.getLine(row)?.translateToString(true) ?? ''
    )
      .join('\n')
      .trimEnd()
  }

  type(keys: string): void {
    this.process.write(keys)
  }

  resize(columns: number, rows: number): void {
    this.screen.resize(columns, rows)
    this.process.resize(columns, rows)
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal)
  }

  /** Resolves once the screen shows the text. */
  async shows(text: string | RegExp): Promise<void> {
    while (typeof text === 'string' ? !this.text.includes(text) : !text.test(this.text)) {
      if (this.ended !== undefined)
        throw new Error(`it ended with ${this.ended} and did not show ${text}:\n${this.text}`)
      await this.change()
    }
  }

  /** Resolves with the exit code. */
  async exited(): Promise<number> {
    while (this.ended === undefined) await this.change()
    return this.ended
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.add(resolve)
    })
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve()
    this.waiting.clear()
  }
}
