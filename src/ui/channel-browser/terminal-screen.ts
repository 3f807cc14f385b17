import { type Key, KeyDecoder } from './key-decoder.js'
import type { Line } from './line.js'
import { ScreenWriter } from './screen-writer.js'
import type { Terminal, Unlisten } from './terminal.js'

/**
 * The terminal while the browser uses it. The browser takes it over, gives it back for each prompt, and gives it back at the end in every
 * case.
 */
export class TerminalScreen {
  readonly #writer: ScreenWriter
  readonly #decoder = new KeyDecoder()
  #unlisten: Unlisten | undefined
  #isOver = false

  constructor(
    private readonly terminal: Terminal,
    private readonly onKeys: (keys: readonly Key[]) => void
  ) {
    this.#writer = new ScreenWriter(terminal.colorLevel)
  }

  get isOurs(): boolean {
    return this.#unlisten !== undefined
  }

  /** Whether an escape was read that may be a key of its own or the beginning of a sequence. */
  get undecided(): boolean {
    return this.#decoder.undecided
  }

  /** No more input came after the escape, so it was the Escape key. */
  decide(): void {
    this.onKeys(this.#decoder.flush())
  }

  /** Takes the terminal over. */
  take(): void {
    if (this.isOurs || this.#isOver) return
    this.#unlisten = this.terminal.onInput((bytes) => this.onKeys(this.#decoder.decode(bytes)))
    this.terminal.setRaw(true)
    this.terminal.write(this.#writer.enter())
  }

  /** Gives the terminal back as it was; more than once does no harm. */
  give(): void {
    if (!this.#unlisten) return
    this.#unlisten()
    this.#unlisten = undefined
    this.terminal.write(this.#writer.leave())
    this.terminal.setRaw(false)
  }

  /** Gives the terminal back for good: a prompt that ends later does not bring the browser back. */
  end(): void {
    this.#isOver = true
    this.give()
  }

  /** Shows lines, if the terminal is ours and has taken what it was sent before. */
  show(lines: readonly Line[]): void {
    if (!this.isOurs || !this.terminal.ready()) return
    const frame = this.#writer.frame(lines, this.terminal.size())
    if (frame !== '') this.terminal.write(frame)
  }

  /** Turns the mouse on or off, also for the next time that the terminal is taken over. */
  setMouse(on: boolean): void {
    const sent = this.#writer.mouse(on)
    if (this.isOurs) this.terminal.write(sent)
  }

  /** Forgets what is shown, so that all of it is sent again. */
  redraw(): void {
    if (this.isOurs) this.terminal.write(this.#writer.enter())
  }

  /**
   * Puts bytes on the clipboard of the terminal's user (OSC 52). Many terminals do it, some only after a setting, and no terminal confirms
   * it.
   */
  copy(bytes: Uint8Array): void {
    this.terminal.write(`\x1b]52;c;${Buffer.from(bytes).toString('base64')}\x07`)
  }
}
