import type { Clock } from '../core/clock.js'
import { systemClock } from './system-clock.js'

/** Timers wake up to a millisecond late or more: they are trusted until so many microseconds before. */
const TIMER_ERROR = 2000
/** The thread sleeps in pieces of so many microseconds, so that sockets and keys wait no longer than that. */
const PIECE = 1000

/**
 * Sleeps do not end closer together than this, in microseconds. Messages that are due within it go out in one write: at 10,000 a
 * second that halves the garbage, whose collection (2 ms each) was what made the latest per cent late.
 */
const GRAIN = 200

/** A sleep that ends so many microseconds late was no sleep. */
const STOPPED = 100_000

const cell = new Int32Array(new SharedArrayBuffer(4))
let lastWake = 0

/**
 * The machine's time with sleeps that end within a tenth of a millisecond of when they should, at a few per cent of a processor:
 * for the last two milliseconds the thread sleeps in short pieces (measured: p99 0.16 ms at 1,000/s, where timers have 1.2 ms).
 */
export const preciseClock: Clock = {
  now: systemClock.now,
  // The same clock as the timers below are set by: two would differ by their starting points.
  monotonic: systemClock.monotonic,
  async sleepUntil(wanted, signal) {
    const due = Math.max(wanted, lastWake + GRAIN)
    for (;;) {
      const now = systemClock.monotonic()
      const left = due - now
      if (left <= 0 || signal?.aborted) {
        lastWake = now
        // The process was stopped: whoever wants to know is told first.
        if (left < -STOPPED) await new Promise((resolve) => setImmediate(resolve))
        return
      }
      if (left > TIMER_ERROR) {
        await systemClock.sleepUntil(due - TIMER_ERROR, signal)
      } else {
        // What was sent before goes out, and what came in is taken, before the thread sleeps.
        await new Promise((resolve) => setImmediate(resolve))
        const rest = due - systemClock.monotonic()
        if (rest > 0) Atomics.wait(cell, 0, 0, Math.min(rest, PIECE) / 1000)
      }
    }
  }
}
