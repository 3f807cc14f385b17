import type { JobControl } from '../ui/channel-browser/browser-options.js'
import { isInForeground } from './foreground.js'

/** The job control of the shell; undefined where the system has none. */
export function jobControl(): JobControl | undefined {
  return process.platform === 'win32' ? undefined : new ShellJob()
}

class ShellJob implements JobControl {
  #stopping: (() => void) | undefined
  #continued: () => void = () => undefined
  /** The process has stopped itself and has continued, so that the SIGCONT which comes now is no news. */
  #isKnown = false
  readonly isInForeground = isInForeground

  suspend(): void {
    // 0 is the group: a shell waits for all of a pipeline.
    this.#stop(0)
  }

  listen(stopping: () => void, continued: () => void): () => void {
    this.#stopping = stopping
    this.#continued = continued
    process.on('SIGTSTP', this.#onStop)
    process.on('SIGCONT', this.#onContinue)
    return () => {
      this.#stopping = undefined
      process.off('SIGTSTP', this.#onStop)
      process.off('SIGCONT', this.#onContinue)
    }
  }

  readonly #onStop = () => {
    this.#stopping?.()
    this.#stop(process.pid)
    this.#continued()
  }

  readonly #onContinue = () => {
    if (!this.#isKnown) this.#continued()
    this.#isKnown = false
  }

  #stop(whom: number): void {
    // The signal stops only a process that does not listen to it.
    process.off('SIGTSTP', this.#onStop)
    // `kill` returns when the process continues, or at once where nobody could continue it: in a group without a shell.
    process.kill(whom, 'SIGTSTP')
    if (this.#stopping) process.on('SIGTSTP', this.#onStop)
    this.#isKnown = true
    // Node reports a signal in its next turn.
    setImmediate(() => setImmediate(() => (this.#isKnown = false)))
  }
}
