import type { Clock } from '../core/clock.js'

/** What is to be done at the next opportunity, at `now` on the monotonic clock. */
export type Command = (now: number) => void | Promise<void>

/** What may happen while something waits: for its time, or for an answer. */
export class Interruptions {
  readonly #commands: Command[] = []
  /** Ends a sleep before its time. */
  #wake = new AbortController()
  /** Ends a wait for an answer. */
  #changed: () => void = () => undefined

  constructor(private readonly clock: Clock) {}

  /** Interrupts whatever waits, for the command to be done. */
  post(command: Command): void {
    this.#commands.push(command)
    this.interrupt()
  }

  /** Does all that was posted, in order. */
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

  /** Sleeps until `due`, or an interruption; also if it came since the last sleep. */
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
