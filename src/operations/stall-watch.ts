import { type Clock, STOOD_STILL } from '../core/clock.js'

export interface StallWatch {
  readonly clock: Clock
  /** Milliseconds without an answer after which the broker has stalled; 0 waits for ever. */
  readonly limit: number
  /** How many messages were answered, if that is known before the report of a whole batch. A change counts as an answer. */
  readonly settled?: () => number | undefined
  /** The monotonic time of the last answer, or since when one is awaited; `undefined` while no answer is awaited. */
  since(): number | undefined
  /** Called when the whole process was stopped meanwhile. That time must not count against the broker. */
  stoodStill(): void
}

/** How many times per limit the watch looks for answers within a batch. */
const LOOKS = 4

/** Resolves with `true` once the broker has stalled, and with `false` when `over` aborts. Never rejects. */
export async function watchForStall(
  { clock, limit, settled, since, stoodStill }: StallWatch,
  over: AbortSignal
): Promise<boolean> {
  if (limit === 0) return false
  let answers = settled?.()
  let answered = Number.NEGATIVE_INFINITY
  while (!over.aborted) {
    const now = clock.monotonic()
    const latest = settled?.()
    if (latest !== answers) answered = now
    answers = latest
    const due = Math.max(since() ?? now, answered) + limit * 1000
    if (now >= due) return true
    const next = latest === undefined ? due : Math.min(due, now + (limit * 1000) / LOOKS)
    await clock.sleepUntil(next, over)
    if (clock.monotonic() - next > STOOD_STILL) stoodStill()
  }
  return false
}
