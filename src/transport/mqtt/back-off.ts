const FIRST = 250
const LONGEST = 10_000

/** Grows the pause between attempts: from a quarter of a second, doubling, to ten seconds, less up to half by chance. */
export class BackOff {
  #next = FIRST

  /** The next pause, in milliseconds. The chance keeps clients that lost a broker together from coming back together. */
  next(): number {
    const pause = this.#next * (0.5 + Math.random() / 2)
    this.#next = Math.min(LONGEST, this.#next * 2)
    return pause
  }

  reset(): void {
    this.#next = FIRST
  }
}

/** Waits for a time in milliseconds, or until the signal aborts; never rejects. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done, { once: true })
  })
}
