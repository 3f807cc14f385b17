import { preciseClock } from '../../cli/precise-clock.js'
import { listenToContinue } from '../../cli/terminal-keys.js'
import type { AcknowledgementLimits } from '../../core/acknowledgement-limits.js'
import type { ConnectionOptions } from '../../core/connection.js'
import type { Protocol } from '../../core/protocol.js'
import { Player } from '../../operations/player.js'
import type { ReplayOutcome } from '../../operations/replay-terms.js'
import type { ReplayWork } from './replay-work.js'
import { showPlayer } from './show-player.js'

/**
 * Sends what was recorded when it is due, shows how it goes and, on a terminal, takes keys.
 * @throws TidingsError what opening a connection rejects with
 */
export async function replayToBroker(
  work: ReplayWork,
  protocol: Protocol,
  options: ConnectionOptions,
  limits: AcknowledgementLimits
): Promise<ReplayOutcome> {
  const { io, source, request, target, isQuiet, say, warn } = work
  let player: Player | undefined
  const connection = await protocol.open({
    ...options,
    onNotice: (notice) => {
      if (notice.kind === 'reconnecting') player?.connectionLost()
      if (notice.kind === 'reconnected') player?.connectionRestored()
      options.onNotice(notice)
    }
  })
  player = new Player({
    ...request,
    source,
    target,
    connection,
    clock: preciseClock,
    stop: io.stop,
    ...limits,
    onNotice: say,
    onWarning: warn
  })
  const shown = isQuiet ? undefined : await showPlayer(work, player)
  const continuing = listenToContinue(() => player.stoodStill())
  const outcome = await player.run()
  continuing.close()
  shown?.stop()
  await connection.close(limits.drainTimeout)
  return outcome
}
