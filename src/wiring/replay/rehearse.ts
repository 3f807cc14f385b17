import type { Message } from '../../core/message.js'
import { dryRun } from '../../operations/dry-run.js'
import { Player } from '../../operations/player.js'
import type { ReplayOutcome } from '../../operations/replay-terms.js'
import type { ReplayWork } from './replay-work.js'

/**
 * Writes what would be sent to stdout, and when; connects to nothing.
 * @param format what is due so many microseconds after the start
 */
export function rehearse(
  { io, source, request, target, say, warn }: ReplayWork,
  format: (batch: readonly Message[], due: number) => string | Uint8Array
): Promise<ReplayOutcome> {
  const { clock, connection } = dryRun(io.clock, (batch, due) => io.stdout.write(format(batch, due)))
  return new Player({
    ...request,
    source,
    target,
    connection,
    clock,
    stop: io.stop,
    drainTimeout: 0,
    ackTimeout: 0,
    onNotice: say,
    onWarning: warn
  }).run()
}
