import type { Message } from '../../core/message.js'
import type { ReceiverRoutes } from '../exchange/receiver-routes.js'
import type { ChannelError } from './channel.js'
import type { DeliveryDecoder } from './delivery-decoder.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import type { Prefetch } from './prefetch.js'
import type { QueueWish } from './queue-wish.js'

/** What a consumer tells whoever wants its queue to be read. */
export interface ConsumerEvents {
  onStarted(): void
  onDelivery(message: Message, tag: number): void
  onTaken(count: number, last: Message): void
  /** @param bound how many bindings the broker has made before */
  onFailed(error: ChannelError, bound: number): void
  /** The broker has ended the consumer: its queue is gone. */
  onCancelled(): void
}

export interface ConsumerParts {
  readonly network: AmqpNetworkConnection
  readonly wish: QueueWish
  /** What the queue is bound for, unless it is one of others. */
  readonly patterns: readonly string[]
  /** Nobody knows that the queue is no stream. In any other queue, the offset of a message says only what its publisher has written. */
  readonly mayBeStream: boolean
  readonly routes: ReceiverRoutes
  readonly decoder: DeliveryDecoder
  readonly prefetch: Prefetch
  /** In microseconds. */
  readonly now: () => number
  readonly events: ConsumerEvents
}
