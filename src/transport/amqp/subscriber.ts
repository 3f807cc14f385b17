import type { Grant, Receiver, Subscription } from '../../core/connection.js'
import type { TidingsError } from '../../core/errors.js'
import { startReceiveClock } from '../clock/receive-clock.js'
import { DeliveryDecoder } from './delivery-decoder.js'
import { Inbox } from './inbox.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import { QueueReading } from './queue-reading.js'
import { queuesFor } from './queue-wish.js'
import type { ReadingWorld } from './reading-world.js'
import { whyNotSubscribed } from './why-not-subscribed.js'

export interface SubscriberOptions {
  /** The exchange of the broker's URL. */
  readonly exchange: string
  readonly session: string | undefined
  readonly warn: (text: string) => void
  /** A receiver has failed. */
  readonly onFailed: (error: unknown) => void
  /** A queue cannot be read any more, for good. */
  readonly onLost: (failure: TidingsError) => void
}

/** Reads the queues of all subscriptions of a connection, over any number of network connections. */
export class Subscriber {
  readonly #session: string | undefined
  readonly #world: ReadingWorld
  readonly #inbox: Inbox
  readonly #readings: QueueReading[] = []
  #network: AmqpNetworkConnection | undefined

  constructor({ exchange, session, warn, onFailed, onLost }: SubscriberOptions) {
    this.#session = session
    this.#inbox = new Inbox(onFailed, () => this.#network?.out.flush())
    const decoder = new DeliveryDecoder(exchange)
    this.#world = { inbox: this.#inbox, decoder, now: startReceiveClock(), warn, onLost }
  }

  /** As `BrokerConnection.subscribe`; never settles once the connection has ended. */
  async subscribe(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]> {
    const grants = new Map<Subscription, Grant>()
    const possible = subscriptions.filter((subscription) => {
      const refusal = whyNotSubscribed(subscription, this.#session)
      if (refusal !== undefined)
        grants.set(subscription, { pattern: subscription.pattern, guarantee: undefined, ...refusal })
      return refusal === undefined
    })
    await Promise.all(
      queuesFor(possible, this.#session).map(async (wish) => {
        const known =
          wish.queue === ''
            ? undefined
            : this.#readings.find((reading) => reading.wish.queue === wish.queue && !reading.isOver)
        const answers =
          known === undefined
            ? await this.#read(new QueueReading(wish, receive, this.#world))
            : await known.join(wish.subscriptions, receive)
        for (const [at, answer] of answers.entries()) {
          const subscription = wish.subscriptions[at]
          if (subscription !== undefined) grants.set(subscription, answer)
        }
      })
    )
    return subscriptions.flatMap((subscription) => grants.get(subscription) ?? [])
  }

  #read(reading: QueueReading): Promise<readonly Grant[]> {
    this.#readings.push(reading)
    if (this.#network !== undefined) reading.start(this.#network)
    return reading.granted
  }

  /** There is a network connection: everything is read on it that was read before. */
  resume(network: AmqpNetworkConnection): void {
    this.#network = network
    for (const reading of this.#readings) if (!reading.isOver) reading.start(network)
  }

  /** The network connection is gone. */
  suspend(): void {
    this.#network = undefined
    for (const reading of this.#readings) reading.stop()
  }

  /** Whether something is read through a queue that is gone with its network connection. */
  get hasPassingQueue(): boolean {
    return this.#readings.some(({ isOver, wish }) => !isOver && wish.owner.kind === 'passing')
  }

  /** Hands out what a chunk of the network has brought. */
  deliver(): void {
    this.#inbox.deliver()
  }

  /** Resolves when the batch that a receiver handles now is acknowledged. */
  settled(): Promise<void> {
    return this.#inbox.settled()
  }

  /** Hands out nothing more. */
  stop(): void {
    this.#inbox.stop()
  }
}
