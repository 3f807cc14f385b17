import type { Refusal } from './connection.js'

/** Why one of the messages that were refused was: the first, as an example. */
export interface RefusalExample extends Pick<Refusal, 'reason' | 'code'> {
  readonly channel?: string
}
