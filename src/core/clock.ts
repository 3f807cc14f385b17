/**
 * Microseconds. If a sleep ends this much too late, the process was stopped meanwhile (Ctrl-Z), and has not yet read what arrived since.
 */
export const STOOD_STILL = 1_000_000

/** The source of time. Callers hand it in, so that a test decides what time it is. */
export interface Clock {
  /** Wall-clock time: microseconds since 1970-01-01 UTC. */
  now(): number
  /** A clock that never jumps: microseconds since some fixed point. */
  monotonic(): number
  /** Resolves at `due` on the monotonic clock (at once if `due` is past), or as soon as `signal` aborts. Never rejects. */
  sleepUntil(due: number, signal?: AbortSignal): Promise<void>
}
