import type { Clock } from '../core/clock.js'
import { type Concluded, interruptedBy } from '../core/concluded.js'
import type { PublishReport } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import type { ReplayOutcome } from '../core/replay/replay-outcome.js'
import { Player } from './player.js'
import { replayFailure } from './replay-failure.js'
import type { ReplayOptions } from './replay-options.js'

export interface DryRunOptions extends Omit<ReplayOptions, 'connection' | 'drainTimeout' | 'ackTimeout'> {
  /** Shows messages that a replay would send. `due` says when: microseconds since the start. */
  readonly show: (batch: readonly Message[], due: number) => void | Promise<void>
}

/** Runs a replay without a connection and without waiting, and shows what it would send, and when. */
export async function dryRun({ show, ...replay }: DryRunOptions): Promise<Concluded<ReplayOutcome>> {
  const world = { ...dryWorld(replay.clock, show), drainTimeout: 0, ackTimeout: 0 }
  const outcome = await new Player({ ...replay, ...world }).run()
  const { stop, rounds } = replay
  return {
    ...outcome,
    failure: replayFailure(outcome, { interrupted: interruptedBy(stop), rounds, dryRun: true })
  }
}

/**
 * A clock whose sleeps take no time, and a connection that shows messages instead of sending them. A `TidingsError` of `show` ends the
 * connection.
 */
function dryWorld(
  realClock: Clock,
  show: DryRunOptions['show']
): Pick<ReplayOptions, 'clock' | 'connection'> {
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
