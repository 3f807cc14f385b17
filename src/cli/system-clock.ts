import type { Clock } from '../core/clock.js'

// setTimeout takes 31-bit milliseconds; a longer sleep is slept in pieces.
const LONGEST_TIMER = 2 ** 31 - 1

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Math.round((performance.timeOrigin + performance.now()) * 1000),
  // Not `performance`, which takes a millisecond to load.
  monotonic: () => {
    const [seconds, nanoseconds] = process.hrtime()
    return seconds * 1e6 + Math.round(nanoseconds / 1000)
  },
  sleepUntil: (due, signal) =>
    new Promise<void>((resolve) => {
      let timer: NodeJS.Timeout | undefined
      const wake = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const wait = () => {
        const left = (due - systemClock.monotonic()) / 1000
        if (left <= 0) wake()
        else timer = setTimeout(wait, Math.min(Math.ceil(left), LONGEST_TIMER))
      }
      if (signal?.aborted) return resolve()
      signal?.addEventListener('abort', wake, { once: true })
      wait()
    })
}
