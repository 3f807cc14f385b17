import type { Message } from '../core/message.js'
import { keepChannels, MOST_CHANNELS } from '../files/recent-channels.js'
import { brokerName } from './broker-name.js'
import { brokersOf, type ConnectionFlags } from './connection-options.js'
import type { Io } from './io.js'
import { recentChannelsFile } from './user-folders.js'

/**
 * Keeps the names of channels, so that completion can offer them. A script is not served by that, so it is done only for somebody at a
 * terminal.
 * @param flags they name the brokers; the channels are kept for the first one
 * @param seen gives so many names of channels, at most
 */
export function rememberChannels(
  io: Io,
  flags: Pick<ConnectionFlags, 'broker'>,
  seen: { firstNames(most: number): Iterable<string> }
): void {
  const file = recentChannelsFile()
  const [broker] = brokersOf(flags)
  if (file !== undefined && broker !== undefined && io.stderr.isTerminal)
    keepChannels(file, brokerName(broker), seen.firstNames(MOST_CHANNELS))
}

/** Messages after which nobody looks for further channels: it would cost the time of every message. */
const ENOUGH = 2000

/** Takes note of the channels of the first messages. */
export class NotedChannels {
  private readonly names = new Set<string>()
  private left = ENOUGH

  firstNames(): Iterable<string> {
    return this.names
  }

  /** Writes as `write` does, and takes note before. */
  through<Done>(write: (batch: readonly Message[]) => Done): (batch: readonly Message[]) => Done {
    return (batch) => {
      this.note(batch)
      return write(batch)
    }
  }

  private note(batch: readonly Message[]): void {
    if (this.left <= 0) return
    this.left -= batch.length
    for (const { channel } of batch) {
      if (this.names.size >= MOST_CHANNELS) return
      this.names.add(channel)
    }
  }
}
