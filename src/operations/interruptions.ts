import type { Clock } from '../core/clock.js'

/** Something to do at the next opportunity. `now` is the time on the monotonic clock, in microseconds. */
export type Command = (now: number) => void | Promise<void>

/** Interrupts a loop that waits for a time or for an answer, and hands it commands. */
export class Interruptions {
  readonly #commands: Command[] = []
  /** Ends a sleep before its time. */
  #wake = new AbortController()
  /** Ends a wait for an answer. */
  #changed: () => void = () => undefined

  constructor(private readonly clock: Clock) {}

  /** Adds a command, and interrupts the wait so that the loop does the command. */
  post(command: Command): void {
    this.#commands.push(command)
    this.interrupt()
  }

  /** Does all posted commands, in order. */
  async work(): Promise<void> {
    for (let command = this.#commands.shift(); command; command = this.#commands.shift())
      await command(this.clock.monotonic())
  }

  /** Ends a sleep and a wait. */
  interrupt(): void {
    this.#wake.abort()
    this.answer()
  }

  /** Ends a wait for an answer. */
  answer(): void {
    this.#changed()
  }

  /** Sleeps until `due` or until an interruption. An interruption since the last sleep ends this sleep at once. */
  async sleepUntil(due: number): Promise<void> {
    if (!this.#wake.signal.aborted) await this.clock.sleepUntil(due, this.#wake.signal)
    if (this.#wake.signal.aborted) this.#wake = new AbortController()
  }

  /** Resolves at the next answer or interruption. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve
    })
  }
}
