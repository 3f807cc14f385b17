import type { Qos, StoredSubscription } from '../store/facts.js'
import type { BrokerMessage } from './broker-message.js'
import { type Delivery, DeliveryQueue } from './delivery-queue.js'

/** MQTT 5's "never" for a session expiry interval. */
export const NEVER = 0xffffffff

/** A QoS 1 or 2 message that its client has not acknowledged for good. */
export interface InFlight extends Delivery {
  /** The client has it, and is told to forget its identifier (QoS 2). */
  released: boolean
}

/** A message that the broker publishes when a client is gone. */
export interface Will {
  readonly topic: string
  readonly payload: Uint8Array
  readonly properties: Uint8Array
  readonly qos: Qos
  readonly retain: boolean
  /** Seconds until it expires; absent: it never does. */
  readonly expiry: number | undefined
  /** Seconds between the end of the connection and its publication. */
  readonly delay: number
}

/** What a session needs of the connection of its client. */
export interface SessionClient {
  /** A message was published for the session: it is sent, or waits in the session's queue. */
  offer(delivery: Delivery): void
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
  will: Will | undefined
  /** Milliseconds since 1970 at which its will is due; absent while its client is there. */
  willAt: number | undefined
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

  /** Takes out the message with this number, wherever it is. */
  forget(seq: number): BrokerMessage | undefined {
    for (const [id, { message }] of this.inFlight) {
      if (message.seq !== seq) continue
      this.inFlight.delete(id)
      return message
    }
    return this.queue.take(seq)?.message
  }
}
