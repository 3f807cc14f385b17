import type { Clock } from '../core/clock.js'

/** What is to be done at the next opportunity, at `now` on the monotonic clock. */
export type Task = (now: number) => void | Promise<void>

/** What may happen while something waits: for its time, or for an answer. */
export class Interruptions {
  readonly #tasks: Task[] = []
  /** Ends a sleep before its time. */
  #wake = new AbortController()
  /** Ends a wait for an answer. */
  #changed: () => void = () => undefined

  constructor(private readonly clock: Clock) {}

  /** Interrupts whatever waits, for the task to be done. */
  post(task: Task): void {
    this.#tasks.push(task)
    this.interrupt()
  }

  /** Does all that was posted, in order. */
  async work(): Promise<void> {
    for (let task = this.#tasks.shift(); task; task = this.#tasks.shift()) await task(this.clock.monotonic())
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
