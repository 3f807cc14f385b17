import { sinceBoot } from './since-boot.js'

/** How far the monotonic clock may be from the wall clock, in milliseconds, before it is set anew. */
const LARGEST_DRIFT = 50

/**
 * A wall clock in microseconds that never runs backwards. `Date.now()` counts only milliseconds. The monotonic clock stands still while a
 * laptop sleeps. So this clock follows the monotonic one, and is set by `Date.now()` when the two differ.
 */
export function startReceiveClock(
  wall: () => number = Date.now,
  monotonic: () => number = sinceBoot
): () => number {
  let offset = wall() - monotonic()
  let last = 0
  return () => {
    const elapsed = monotonic()
    const drift = wall() - (elapsed + offset)
    if (drift > LARGEST_DRIFT || drift < -LARGEST_DRIFT) offset += drift
    last = Math.max(last, Math.floor((elapsed + offset) * 1000))
    return last
  }
}
