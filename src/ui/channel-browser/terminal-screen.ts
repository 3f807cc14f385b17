import { type Key, KeyDecoder } from './key-decoder.js'
import type { Line } from './line.js'
import { ScreenWriter } from './screen-writer.js'
import type { Terminal, Unlisten } from './terminal.js'

/** What the browser uses the terminal for: nothing, keys alone, or keys and a screen of its own. */
type Use = 'nothing' | 'keys' | 'screen'

/**
 * The terminal while the browser uses it. The browser takes it over, lends it to an editor or a stream, gives it back while the process is
 * stopped or in the background, and gives it back at the end in every case.
 */
export class TerminalScreen {
  readonly #writer: ScreenWriter
  #decoder = new KeyDecoder()
  #unlisten: Unlisten | undefined
  #use: Use = 'nothing'
  /** What the terminal is to be used for, as soon as the process may use it. */
  #wanted: Use = 'nothing'
  #isAway = false
  #isOver = false
  #borrower: ((key: Key) => void) | undefined

  constructor(
    private readonly terminal: Terminal,
    private readonly onKeys: (keys: readonly Key[]) => void
  ) {
    this.#writer = new ScreenWriter(terminal.colorLevel)
  }

  /** Whether the browser's screen is shown. */
  get isOurs(): boolean {
    return this.#use === 'screen'
  }

  /** Whether the process was stopped or is in the background, and leaves the terminal alone until `comeBack`. */
  get isAway(): boolean {
    return this.#isAway
  }

  /** Whether an escape was read that may be a key of its own or the beginning of a sequence. */
  get undecided(): boolean {
    return this.#decoder.undecided
  }

  /** No more input came after the escape, so it was the Escape key. */
  decide(): void {
    this.#press(this.#decoder.flush())
  }

  /** Takes the terminal over. */
  take(): void {
    this.#borrower = undefined
    this.#want('screen')
  }

  /** Gives the terminal back as it was; more than once does no harm. */
  give(): void {
    this.#want('nothing')
  }

  /** Gives the screen back as it was, and goes on reading keys for `borrower` until `take` or `give`. */
  lend(borrower: (key: Key) => void): void {
    this.#borrower = borrower
    this.#want('keys')
  }

  /** Gives the terminal back for good: an editor that ends later does not bring the browser back. */
  end(): void {
    this.#isOver = true
    this.give()
  }

  /** The process is about to be stopped: gives the terminal back until `comeBack`. */
  goAway(): void {
    this.#change('nothing')
    this.#isAway = true
  }

  /** The process was stopped, and the shell has the terminal: forgets it until `comeBack`, without a word to it. */
  loseTerminal(): void {
    this.#stopReading()
    this.#use = 'nothing'
    this.#isAway = true
  }

  /** Uses the terminal again as before. */
  comeBack(): void {
    this.#isAway = false
    this.#change(this.#wanted)
  }

  #want(wanted: Use): void {
    this.#wanted = this.#isOver ? 'nothing' : wanted
    if (!this.#isAway) this.#change(this.#wanted)
  }

  #change(next: Use): void {
    const before = this.#use
    if (before === next) return
    this.#use = next
    if (before === 'nothing') this.#startReading()
    if (next === 'screen') this.terminal.write(this.#writer.enter())
    else if (before === 'screen') this.terminal.write(this.#writer.leave())
    if (next !== 'nothing') return
    this.terminal.setRaw(false)
    this.#stopReading()
  }

  #startReading(): void {
    this.#decoder = new KeyDecoder()
    this.#unlisten = this.terminal.onInput((bytes) => this.#press(this.#decoder.decode(bytes)))
    this.terminal.setRaw(true)
  }

  #stopReading(): void {
    this.#unlisten?.()
    this.#unlisten = undefined
  }

  #press(keys: readonly Key[]): void {
    // A key may end the lending: the keys behind it are for the browser.
    for (const key of keys) {
      if (this.#borrower) this.#borrower(key)
      else this.onKeys([key])
    }
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
