import type { Clock } from '../core/clock.js'
import type { Message } from '../core/message.js'

/** Timers are not finer, in microseconds: messages that are due within that go together. */
const FINEST = 1000

/**
 * The messages of a stream one by one, each at least so long after the one before. After a pause of the stream, or of this process, none
 * is sent sooner to catch up.
 * @param interval microseconds
 */
export async function* paced(
  batches: AsyncIterable<readonly Message[]>,
  interval: number,
  clock: Clock,
  signal: AbortSignal
): AsyncGenerator<readonly Message[]> {
  const together = Math.max(1, Math.floor(FINEST / interval))
  let due = clock.monotonic()
  for await (const batch of batches) {
    for (let at = 0; at < batch.length; at += together) {
      await clock.sleepUntil(due, signal)
      if (signal.aborted) return
      const messages = batch.slice(at, at + together)
      yield messages
      due = clock.monotonic() + messages.length * interval
    }
  }
}
