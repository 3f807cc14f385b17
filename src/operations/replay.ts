import type { ConnectionOptions } from '../core/connection.js'
import type { Protocol } from '../core/protocol.js'
import type { ReplayOutcome } from '../core/replay/replay-outcome.js'
import { Player } from './player.js'
import type { ReplayOptions } from './replay-options.js'

export interface BrokerReplayOptions extends Omit<ReplayOptions, 'connection'> {
  readonly protocol: Pick<Protocol, 'open'>
  readonly options: ConnectionOptions
  /**
   * Called once there is a connection, before anything is sent: from then on the player tells how far it has come, and may be
   * steered. Called back at the end is what this returns.
   */
  readonly onConnected: (player: Player) => Promise<() => void>
}

/**
 * Sends what was recorded when it is due, over a connection of its own. While the connection is lost, the player waits.
 * @throws TidingsError what opening a connection rejects with
 */
export async function replay(wish: BrokerReplayOptions): Promise<ReplayOutcome> {
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
  return outcome
}
