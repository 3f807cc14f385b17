import type { CommandContext } from '../../cli/command-context.js'
import type { ChannelCatalogue } from '../../core/catalogue/channel-catalogue.js'
import type { ConnectionOptions } from '../../core/connection.js'

/** What every part of the `channels` command works with. */
export interface ChannelWork extends CommandContext {
  /** Our version, for the header of recordings. */
  readonly tidings: string
  readonly catalogue: ChannelCatalogue
  readonly patterns: readonly string[]
}

/** Where the messages come from: the name of a recording, or how to reach a broker. */
export type ChannelSource = string | ConnectionOptions
