import type { Clock } from '../core/clock.js'

/** Microseconds: any time, however short, lets others come first. */
const SHORTEST = 1

/** Lets others have their turn: keys, signals, and what keeps a connection alive. */
export const shortRest = (clock: Clock, signal?: AbortSignal): Promise<void> =>
  clock.sleepUntil(clock.monotonic() + SHORTEST, signal)
