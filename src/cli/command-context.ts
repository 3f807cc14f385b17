import type { ConnectionNotice } from '../core/connection.js'
import type { Io } from './io.js'

/** What a command hands to those who do its work: the world, and words for stderr. */
export interface CommandContext {
  readonly io: Io
  /** Nothing is to be said on stderr but warnings and errors. */
  readonly isQuiet: boolean
  /** One line of talk, unless it is quiet. */
  readonly say: (text: string) => void
  readonly warn: (text: string) => void
  readonly notice: (notice: ConnectionNotice) => void
}
