import type { RefusalReason } from './connection.js'

/** Why one message was refused, as an example of those that were. */
export interface RefusalExample extends RefusalReason {
  /** Where it was to go; absent where that is not worth telling. */
  readonly channel?: string | undefined
}
