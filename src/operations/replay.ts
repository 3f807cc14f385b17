import { type Concluded, interruptedBy } from '../core/concluded.js'
import type { ConnectionOptions } from '../core/connection.js'
import type { Protocol } from '../core/protocol.js'
import type { ReplayOutcome } from '../core/replay/replay-outcome.js'
import { Player } from './player.js'
import { replayFailure } from './replay-failure.js'
import type { ReplayOptions } from './replay-options.js'

export interface BrokerReplayOptions extends Omit<ReplayOptions, 'connection'> {
  readonly protocol: Pick<Protocol, 'open'>
  readonly options: ConnectionOptions
  /**
   * Called once there is a connection, before anything is sent. From then on the player shows its progress, and may be steered. Returns a
   * function that is called at the end of the replay.
   */
  readonly onConnected: (player: Player) => Promise<() => void>
}

/**
 * Sends recorded messages when they are due, over a connection of its own. The player is told when the connection is lost and renewed.
 * @throws TidingsError what opening a connection rejects with
 */
export async function replay(wish: BrokerReplayOptions): Promise<Concluded<ReplayOutcome>> {
  const { protocol, options, onConnected, ...replaying } = wish
  let player: Player | undefined
  const connection = await protocol.open({
    ...options,
    onNotice: (notice) => {
      if (notice.kind === 'reconnecting') player?.connectionLost()
      if (notice.kind === 'reconnected') player?.connectionRestored()
      options.onNotice(notice)
    }
  })
  player = new Player({ ...replaying, connection })
  const onEnd = await onConnected(player)
  const outcome = await player.run()
  onEnd()
  await connection.close(replaying.drainTimeout)
  const { stop, rounds } = replaying
  const failure = replayFailure(outcome, { interrupted: interruptedBy(stop), rounds, dryRun: false })
  return { ...outcome, failure, broker: connection.broker.url }
}
