/** A sleep that ends so many microseconds late was none: the process was stopped (Ctrl-Z), and what came meanwhile was not yet read. */
export const STOOD_STILL = 1_000_000

/** Time, handed in, so that tests decide what time it is. */
export interface Clock {
  /** Wall-clock time: microseconds since 1970-01-01 UTC. */
  now(): number
  /** A clock that never jumps: microseconds since some fixed point. */
  monotonic(): number
  /** Resolves at `due` on the monotonic clock (at once if that is past), or as soon as `signal` aborts; never rejects. */
  sleepUntil(due: number, signal?: AbortSignal): Promise<void>
}
