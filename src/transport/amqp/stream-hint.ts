import type { DeliveryDecoder } from './delivery-decoder.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import type { QueueConsumer } from './queue-consumer.js'
import type { QueueWish } from './queue-wish.js'
import { findStreamEdge } from './stream-edge.js'

/** The hint for who waits at a stream for what was there before: a stream gives only what comes from now on, unless it is asked. */
export class StreamHint {
  readonly #wish: QueueWish
  readonly #what: string
  readonly #warn: (text: string) => void
  #isGiven = false

  /** @param what the queue, in words */
  constructor(wish: QueueWish, what: string, warn: (text: string) => void) {
    this.#wish = wish
    this.#what = what
    this.#warn = warn
  }

  /**
   * Finds out whether the queue is a stream, for a consumer that has begun. Only a queue that holds messages and gives none of them is
   * asked: RabbitMQ logs an error for any other queue that is asked.
   */
  async findOut(
    consumer: QueueConsumer,
    network: AmqpNetworkConnection,
    decoder: DeliveryDecoder
  ): Promise<void> {
    if (!this.#isWanted) return
    const { ready } = await consumer.look()
    if (ready === 0 || consumer.hasDelivered) return
    if (await findStreamEdge(network, this.#wish.queue, decoder)) this.give()
  }

  /** The queue is a stream that is read from its end on. */
  give(): void {
    if (!this.#isWanted) return
    this.#isGiven = true
    this.#warn(
      `${this.#what} is a stream: only what comes from now on is read; --from beginning reads what it keeps, too`
    )
  }

  get #isWanted(): boolean {
    const { owner, subscriptions } = this.#wish
    return !this.#isGiven && owner.kind === 'foreign' && subscriptions[0].from === undefined
  }
}
