import type { ConnectionNotice } from '../core/connection.js'
import type { Io } from './io.js'

/** What a command hands to the functions that do its work: its world, and words for stderr. */
export interface CommandContext {
  readonly io: Io
  /** Whether only warnings and errors may be written to stderr. */
  readonly isQuiet: boolean
  /** Writes one line to stderr, unless `isQuiet`. */
  readonly say: (text: string) => void
  readonly warn: (text: string) => void
  readonly notice: (notice: ConnectionNotice) => void
}
