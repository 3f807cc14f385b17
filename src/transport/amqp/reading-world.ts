import type { TidingsError } from '../../core/errors.js'
import type { DeliveryDecoder } from './delivery-decoder.js'
import type { Inbox } from './inbox.js'

/** What all readings of a connection share. */
export interface ReadingWorld {
  readonly inbox: Inbox
  readonly decoder: DeliveryDecoder
  /** In microseconds. */
  readonly now: () => number
  readonly warn: (text: string) => void
  /** The queue cannot be read any more, for good. */
  readonly onLost: (failure: TidingsError) => void
}
