import type { ChannelCatalogue } from '../core/catalogue/channel-catalogue.js'
import type { ConnectionOptions } from '../core/connection.js'
import type { Message } from '../core/message.js'
import { keepChannels, MOST_CHANNELS } from '../files/recent-channels.js'
import { brokerName } from './broker-name.js'
import type { Io } from './io.js'
import { recentChannelsFile } from './user-folders.js'

/**
 * Keeps the names of channels, so that completion can offer them. A script is not served by that, so it is done only for somebody at a
 * terminal.
 * @param brokers those that were asked; the channels are kept for the first one
 */
export function rememberChannels(io: Io, brokers: readonly string[], names: Iterable<string>): void {
  const file = recentChannelsFile()
  const [first] = brokers
  const broker = first === undefined ? undefined : brokerName(first)
  if (file !== undefined && broker !== undefined && io.stderr.isTerminal) keepChannels(file, broker, names)
}

/** The same for what was observed at a broker; what comes from a recording is nothing that a broker has. */
export function rememberObserved(
  io: Io,
  source: { readonly broker: ConnectionOptions } | { readonly recording: unknown },
  catalogue: ChannelCatalogue
): void {
  if ('broker' in source) rememberChannels(io, source.broker.brokers, catalogue.firstNames(MOST_CHANNELS))
}

/** Messages after which nobody looks for further channels: it would cost the time of every message. */
const ENOUGH = 2000

/** Takes note of the channels of the first messages. */
export class NotedChannels {
  readonly names = new Set<string>()
  private left = ENOUGH

  /** What takes a batch, with a note of its channels taken before. */
  before<Result>(take: (batch: readonly Message[]) => Result): (batch: readonly Message[]) => Result {
    return (batch) => {
      if (this.left > 0) this.#note(batch)
      return take(batch)
    }
  }

  #note(batch: readonly Message[]): void {
    this.left -= batch.length
    for (const { channel } of batch) {
      if (this.names.size >= MOST_CHANNELS) return
      this.names.add(channel)
    }
  }
}
