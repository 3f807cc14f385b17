import { readFileSync } from 'node:fs'
import pty from '@lydell/node-pty'
import xterm from '@xterm/headless'

const SIZE = { cols: 80, rows: 24 }
/** The processor time in /proc is counted in hundredths of a second. */
const TICKS_PER_SECOND = 100

/** The channel browser in a pseudo-terminal, with what it costs. Linux only: the costs are read from /proc. */
export class BrowserTerminal {
  readonly #pty: pty.IPty
  readonly #emulator = new xterm.Terminal({ ...SIZE, allowProposedApi: true })
  readonly #looks = new Set<() => void>()

  constructor([command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv) {
    this.#pty = pty.spawn(command, args, { name: 'xterm-256color', ...SIZE, env })
    this.#pty.onData((text) => {
      this.#emulator.write(text, () => {
        for (const look of this.#looks) look()
      })
    })
  }

  press(keys: string): void {
    this.#pty.write(keys)
  }

  end(): void {
    this.#pty.kill('SIGKILL')
  }

  /** The lines of the screen. */
  get lines(): string[] {
    const { active } = this.#emulator.buffer
    return Array.from({ length: SIZE.rows }, (_, row) => active.getLine(row)?.translateToString(true) ?? '')
  }

  /** The line of the tree that is selected, from 0; -1 where none is. */
  get selectedRow(): number {
    return this.lines.findIndex((line) => line.startsWith('›'))
  }

  /** Resolves once the screen is so. Rejects after `seconds`. */
  until(isSo: () => boolean, seconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#looks.delete(look)
        reject(new Error(`waited for ${seconds} s in vain:\n${this.lines.join('\n')}`))
      }, seconds * 1000)
      const look = () => {
        if (!isSo()) return
        this.#looks.delete(look)
        clearTimeout(timer)
        resolve()
      }
      this.#looks.add(look)
      look()
    })
  }

  /** Processor seconds, user and system, since the start. */
  get cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.#pty.pid}/stat`, 'utf8')
    // The name of the program, in brackets, may have blanks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  }

  /** The memory of the process now, and its peak, in megabytes. */
  get megabytes(): { readonly now: number; readonly peak: number } {
    const status = readFileSync(`/proc/${this.#pty.pid}/status`, 'utf8')
    const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1.024e-3
    return { now: of('VmRSS'), peak: of('VmHWM') }
  }
}
