import type { Clock } from '../core/clock.js'

/** Something to do at the next opportunity. `now` is the time on the monotonic clock, in microseconds. */
export type Task = (now: number) => void | Promise<void>

/** Interrupts a loop that waits for a time or for an answer, and hands it tasks. */
export class Interruptions {
  readonly #tasks: Task[] = []
  /** Ends a sleep before its time. */
  #wake = new AbortController()
  /** Ends a wait for an answer. */
  #changed: () => void = () => undefined

  constructor(private readonly clock: Clock) {}

  /** Adds a task, and interrupts the wait so that the loop does the task. */
  post(task: Task): void {
    this.#tasks.push(task)
    this.interrupt()
  }

  /** Does all posted tasks, in order. */
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
