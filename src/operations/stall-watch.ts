import { type Clock, STOOD_STILL } from '../core/clock.js'

export interface StallWatch {
  readonly clock: Clock
  /** Milliseconds without an answer after which the broker has stalled; 0 waits for ever. */
  readonly limit: number
  /** How many messages were answered, if that is known before a whole batch is: any that is new is an answer. */
  readonly settled?: () => number | undefined
  /** When the last answer came, or since when one is awaited, on the monotonic clock; undefined while none is. */
  since(): number | undefined
  /** The whole process was stopped meanwhile: that was not the broker's time. */
  stoodStill(): void
}

/** How often an answer within a batch is looked for, as a part of the limit. */
const LOOKS = 4

/** Resolves to `true` once the broker has stalled, to `false` when `over` aborts; never rejects. */
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
