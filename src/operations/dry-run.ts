import type { Clock } from '../core/clock.js'
import type { BrokerConnection, PublishReport } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'

/** Shows messages and the microseconds after which they would be sent. */
export type ShowMessages = (batch: readonly Message[], due: number) => void | Promise<void>

/**
 * A world in which sleeping takes no time and nothing is sent: what would be sent, and when, is shown. A `TidingsError` of `show`
 * ends the connection.
 */
export function dryRun(
  realClock: Clock,
  show: ShowMessages
): { clock: Clock; connection: Pick<BrokerConnection, 'publish' | 'closed' | 'close'> } {
  const start = realClock.now()
  let elapsed = 0
  let end: (failure?: TidingsError) => void = () => undefined
  const closed = new Promise<TidingsError | undefined>((resolve) => {
    end = resolve
  })
  const clock: Clock = {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    async sleepUntil(due) {
      if (Number.isFinite(due)) elapsed = Math.max(elapsed, due)
    }
  }
  const publish = async (batch: readonly Message[]): Promise<PublishReport> => {
    try {
      await show(batch, elapsed)
    } catch (error) {
      if (!(error instanceof TidingsError)) throw error
      end(error)
      return { acknowledged: 0, refused: [], unacknowledged: batch.length }
    }
    return { acknowledged: batch.length, refused: [], unacknowledged: 0 }
  }
  return { clock, connection: { closed, publish, close: async () => end() } }
}
