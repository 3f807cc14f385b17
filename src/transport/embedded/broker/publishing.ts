import { REASON } from '../../mqtt/reason-codes.js'
import { PacketError } from '../protocol/packet-error.js'
import type { Published } from '../protocol/publish-reader.js'
import { type BrokerMessage, newMessage } from '../state/broker-message.js'
import type { BrokerState } from '../state/broker-state.js'
import type { Session } from '../state/session.js'
import type { Destination } from '../state/subscriptions.js'
import type { Turn } from './turn.js'

const EVERY_QUEUE_FULL = new PacketError(REASON.quotaExceeded, 'the queue of every subscriber is full')

/** Takes messages, and delivers them to the sessions that subscribed once they are stored. */
export class Publishing {
  /** Messages that clients published. */
  published = 0
  readonly #state: BrokerState
  readonly #turn: Turn
  readonly #makeRoom: () => void

  /** @param makeRoom called where memory is short */
  constructor(state: BrokerState, turn: Turn, makeRoom: () => void) {
    this.#state = state
    this.#turn = turn
    this.#makeRoom = makeRoom
  }

  /** Why a message is not taken, if it is not. */
  whyRefused({ topic, retain, payload }: Published): PacketError | undefined {
    if (topic === '$SYS' || topic.startsWith('$SYS/'))
      return new PacketError(REASON.notAuthorized, '$SYS channels belong to the broker')
    if (retain && payload.length > 0 && !this.#state.hasRoomRetained(topic, payload.length))
      return new PacketError(REASON.quotaExceeded, 'no room for another retained message')
    return undefined
  }

  /**
   * Takes a message; it is delivered once it is stored.
   * @param publisher whose client it comes from, for which No Local counts
   * @param done called then: whether anybody gets it
   * @returns why it is not taken: it is for sessions that outlive their connections, and nobody could be given it
   */
  publish(
    published: Omit<Published, 'dup'>,
    publisher: Session | undefined,
    done: (isHeard: boolean) => void
  ): PacketError | undefined {
    const { topic, qos, retain, expiry, properties, payload, packetId } = published
    const state = this.#state
    const expiresAt = expiry === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiry * 1000
    const message = newMessage({ seq: ++state.seq, qos, retain, expiresAt }, { topic, properties, payload })
    if (!state.memory.hasRoom(message.size)) this.#makeRoom()
    const wanted = state.subscriptions.destinations(topic, message, publisher, state.exchanges)
    const destinations = qos === 0 ? wanted : this.#withRoom(wanted, message)
    const isLost = destinations.length === 0 && wanted.some(({ session }) => session.no > 0)
    if (isLost && !retain) return EVERY_QUEUE_FULL
    state.dropped += wanted.length - destinations.length
    // A will has no identifier.
    const isOpen = qos === 2 && packetId > 0
    const from = isOpen && publisher !== undefined ? { session: publisher, packetId } : undefined
    state.store(message, destinations, from)
    for (const { session } of destinations) session.promised++
    this.#turn.work += destinations.length * (1 + message.size / 1024)
    this.#turn.whenStored(
      () => {
        this.#deliver(message, destinations)
        done(destinations.length > 0)
      },
      () => {
        // What is sent again was never taken.
        from?.session.incoming.delete(from.packetId)
        for (const { session } of destinations) session.promised--
      }
    )
    return undefined
  }

  /** Those who are sent the message at once, or whose queue takes it. */
  #withRoom(destinations: readonly Destination[], message: BrokerMessage): readonly Destination[] {
    const { exchanges } = this.#state
    // What is sent to a session that ends with its connection is not kept.
    const isSent = ({ client, no }: Session) => no === 0 && client?.takesMore === true
    const hasRoom = ({ session, grant }: Destination) =>
      grant.qos === 0 || exchanges.hasRoom(session, message) || isSent(session)
    return destinations.every(hasRoom) ? destinations : destinations.filter(hasRoom)
  }

  #deliverTo({ session, grant }: Destination, message: BrokerMessage): void {
    if (session.client !== undefined) session.client.offer({ message, grant })
    else if (grant.qos > 0) this.#state.exchanges.enqueue(session, message, grant)
  }

  #deliver(message: BrokerMessage, destinations: readonly Destination[]): void {
    this.published++
    if (message.retain) this.#state.retain(message)
    for (const destination of destinations) {
      destination.session.promised--
      this.#deliverTo(destination, message)
    }
    this.#state.messages.settle(message)
  }
}
