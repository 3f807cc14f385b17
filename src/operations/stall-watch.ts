import { type Clock, STOOD_STILL } from '../core/clock.js'

export interface StallWatch {
  readonly clock: Clock
  /** Milliseconds without an answer after which the broker has stalled; 0 waits for ever. */
  readonly limit: number
  /** When the last answer came, or since when one is awaited, on the monotonic clock; undefined while none is. */
  since(): number | undefined
  /** The whole process was stopped meanwhile: that was not the broker's time. */
  stoodStill(): void
}

/** Resolves to `true` once the broker has stalled, to `false` when `over` aborts; never rejects. */
export async function watchForStall(
  { clock, limit, since, stoodStill }: StallWatch,
  over: AbortSignal
): Promise<boolean> {
  if (limit === 0) return false
  while (!over.aborted) {
    const now = clock.monotonic()
    const due = (since() ?? now) + limit * 1000
    if (now >= due) return true
    await clock.sleepUntil(due, over)
    if (clock.monotonic() - due > STOOD_STILL) stoodStill()
  }
  return false
}
