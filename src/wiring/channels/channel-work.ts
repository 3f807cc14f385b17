import type { Io } from '../../cli/io.js'
import type { ChannelCatalogue } from '../../core/catalogue/channel-catalogue.js'
import type { ConnectionNotice, ConnectionOptions } from '../../core/connection.js'

/** What every part of the `channels` command works with. */
export interface ChannelWork {
  readonly io: Io
  /** Our version, for the header of recordings. */
  readonly tidings: string
  /** One line of talk. */
  readonly say: (text: string) => void
  readonly notice: (notice: ConnectionNotice) => void
  readonly catalogue: ChannelCatalogue
  readonly patterns: readonly string[]
}

/** Where the messages come from: the name of a recording, or how to reach a broker. */
export type ChannelSource = string | ConnectionOptions
