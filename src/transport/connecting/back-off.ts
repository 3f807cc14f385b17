const FIRST = 250
const LONGEST = 10_000

/**
 * The pause between attempts: a quarter of a second at first, doubled each time, at most ten seconds, and shortened at random by up to
 * half.
 */
export class BackOff {
  #next = FIRST

  /** The next pause, in milliseconds. The random part keeps the clients that lost a broker from all coming back at the same moment. */
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
