import type { RefusalReason } from './connection.js'

/** Why one message was refused, as an example of all refused messages. */
export interface RefusalExample extends RefusalReason {
  /** The channel of the refused message; absent where the user need not be told. */
  readonly channel?: string | undefined
}
