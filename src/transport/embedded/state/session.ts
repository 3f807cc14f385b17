import type { StoredSubscription, Will } from '../store/facts.js'
import type { BrokerMessage } from './broker-message.js'
import { type Delivery, DeliveryQueue } from './delivery-queue.js'

/** MQTT 5's "never" for a session expiry interval. */
export const NEVER = 0xffffffff

/** A QoS 1 or 2 message that its client has not acknowledged for good. */
export interface InFlight extends Delivery {
  /** The client has it, and is told to forget its identifier (QoS 2). */
  released: boolean
}

/** What a session needs of the connection of its client. */
export interface SessionClient {
  /** A message was published for the session: it is sent, or waits in the session's queue. */
  offer(delivery: Delivery): void
  /** Sends what waits in the session's queue. */
  wake(): void
  /** Whether it takes messages at the moment. */
  readonly takesMore: boolean
  /** Ends the connection at once. What this turn has written to it does not go out. */
  cut(): void
}

/** What MQTT calls a session: subscriptions, what waits, and half-finished exchanges. */
export class Session {
  readonly id: string
  /** Its name in the journal; 0: it ends with its connection and is not stored. */
  readonly no: number
  /** Seconds that it outlives its connection. */
  expiry: number
  /** Milliseconds since 1970 at which its client left; 0: it is connected. */
  leftAt = 0
  readonly subscriptions = new Map<string, StoredSubscription>()
  readonly queue = new DeliveryQueue()
  /** By packet identifier, in the order of sending. */
  readonly inFlight = new Map<number, InFlight>()
  /** Identifiers of QoS 2 messages that its client sent and has not released. */
  readonly incoming = new Set<number>()
  client: SessionClient | undefined
  /** Messages of this turn that it will get once they are stored. */
  promised = 0
  will: Will | undefined
  /** Milliseconds on the process's clock at which expired messages were looked for. */
  sweptAt = Number.NEGATIVE_INFINITY
  #lastId = 0

  constructor(id: string, no: number, expiry: number) {
    this.id = id
    this.no = no
    this.expiry = expiry
  }

  /** Milliseconds since 1970 at which the session ends; infinite while it is connected. */
  get endsAt(): number {
    if (this.leftAt === 0 || this.expiry === NEVER) return Number.POSITIVE_INFINITY
    return this.leftAt + this.expiry * 1000
  }

  /** Milliseconds since 1970 at which its will is due; infinite while it is connected, or if it has none. */
  get willAt(): number {
    if (this.leftAt === 0 || this.will === undefined) return Number.POSITIVE_INFINITY
    return this.leftAt + Math.min(this.will.delay, this.expiry) * 1000
  }

  /** Everything that it has not acknowledged, oldest first. */
  *deliveries(): Generator<Delivery> {
    yield* this.inFlight.values()
    yield* this.queue
  }

  /** A packet identifier that is not in use. */
  freeId(): number {
    do this.#lastId = (this.#lastId % 65_535) + 1
    while (this.inFlight.has(this.#lastId))
    return this.#lastId
  }

  /** Takes out all of these messages. */
  forgetAll(messages: ReadonlySet<BrokerMessage>): BrokerMessage[] {
    const forgotten: BrokerMessage[] = []
    for (const [id, { message }] of this.inFlight) {
      if (!messages.has(message)) continue
      this.inFlight.delete(id)
      forgotten.push(message)
    }
    for (const { message } of this.queue.takeAll((one) => messages.has(one))) forgotten.push(message)
    return forgotten
  }
}
