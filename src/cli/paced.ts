import type { Clock } from '../core/clock.js'
import type { MessageBatch } from '../core/message-batch.js'

/** Microseconds. Timers are no finer, so messages that are due within this time are sent together. */
const FINEST = 1000

/** Microseconds. So late a timer may be: what is late by more waited for something else. */
const LATEST = 50_000

/**
 * Yields the messages of a stream with `interval` between two messages, on average: what a timer was late by is caught up. After a pause of
 * the stream or of this process, messages are not sent faster to catch up.
 * @param interval microseconds
 */
export async function* paced(
  batches: AsyncIterable<MessageBatch>,
  interval: number,
  clock: Clock,
  signal: AbortSignal
): AsyncGenerator<MessageBatch> {
  const together = Math.max(1, Math.floor(FINEST / interval))
  let due = clock.monotonic()
  for await (const batch of batches) {
    for (let at = 0; at < batch.length; at += together) {
      await clock.sleepUntil(due, signal)
      if (signal.aborted) return
      const messages = batch.slice(at, at + together)
      yield messages
      const now = clock.monotonic()
      due = (now - due > LATEST ? now : due) + messages.length * interval
    }
  }
}
