import type { CommandContext } from '../../cli/command-context.js'
import type { Capabilities } from '../../core/capabilities.js'
import type { ChannelCatalogue } from '../../core/catalogue/channel-catalogue.js'
import type { ParsedPattern } from '../../core/channel-grammar.js'
import type { ConnectionOptions } from '../../core/connection.js'
import type { Protocol } from '../../core/protocol.js'

/** What every part of the `channels` command works with. */
export interface ChannelWork extends CommandContext {
  /** Our version, for the header of recordings. */
  readonly tidings: string
  readonly catalogue: ChannelCatalogue
  /** Of the broker, or of the one that the recording was made of. */
  readonly protocol: Protocol
  /** What can be published to the broker. */
  readonly capabilities: Capabilities
  readonly patterns: readonly ParsedPattern[]
}

/** Where the messages come from: the name of a recording, or how to reach a broker. */
export type ChannelSource = string | ConnectionOptions
