import { showReplay, steer } from '../../cli/replay-steering.js'
import { listenToKeys } from '../../cli/terminal-keys.js'
import type { Player } from '../../operations/player.js'
import type { ReplayWork } from './replay-work.js'

/** Shows how a replay goes and, on a terminal, takes keys, until `stop`. */
export async function showPlayer(work: ReplayWork, player: Player): Promise<{ stop(): void }> {
  const { io, source, request } = work
  const end = await source.findEnd()
  const progress = showReplay(work, () => {
    const { origin, ...standing } = player.progress
    const total = end === undefined || origin === undefined ? undefined : end - origin
    return { ...standing, rounds: request.rounds, total }
  })
  // The recording may be what comes from the terminal.
  const hasKeys = io.stderr.isTerminal && io.stdin.isTerminal && source.rereadable
  const keys = hasKeys ? listenToKeys(({ name }) => steer(player, name)) : undefined
  return {
    stop() {
      keys?.close()
      progress.stop()
    }
  }
}
