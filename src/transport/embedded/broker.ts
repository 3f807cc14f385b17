import { systemReason } from '../../core/system-reason.js'
import { REASON } from '../mqtt/reason-codes.js'
import type { BrokerLimits } from './broker-limits.js'
import type { ClientConnection } from './protocol/client-connection.js'
import { ClientDelivery, type RetainedSource } from './protocol/client-delivery.js'
import type { Connect } from './protocol/connect-packet.js'
import { PacketError } from './protocol/packet-error.js'
import type { Published } from './protocol/publish-reader.js'
import { UnfinishedPackets } from './protocol/unfinished-packets.js'
import { type BrokerMessage, newMessage } from './state/broker-message.js'
import type { BrokerState } from './state/broker-state.js'
import { levelsCost, subscriptionCost, willCost } from './state/memory-use.js'
import { NEVER, type Session, type Will } from './state/session.js'
import type { Destination } from './state/subscriptions.js'
import type { Qos, StoredSubscription } from './store/facts.js'

/** Whether these credentials may connect. */
export type Authenticate = (
  username: string | undefined,
  password: Uint8Array | undefined
) => Promise<boolean>

/** A message that was taken, and is delivered and acknowledged once it is stored. */
interface Accepted {
  readonly message: BrokerMessage
  readonly destinations: readonly Destination[]
  /** Its identifier is taken (QoS 2). */
  readonly from: { readonly session: Session; readonly packetId: number } | undefined
  readonly done: (isHeard: boolean) => void
}

const NOTHING_STORED = new PacketError(REASON.quotaExceeded, 'the broker cannot store anything')
const EVERY_QUEUE_FULL = new PacketError(REASON.quotaExceeded, 'the queue of every subscriber is full')

/**
 * Takes what clients ask for. Each chunk from the network is one turn: its packets are decoded, what they change is appended to the
 * journal and written once, and only then are its messages delivered and its packets answered. So nothing that was acknowledged is
 * lost, and nothing that could not be stored has been delivered.
 */
export class Broker {
  readonly state: BrokerState
  readonly limits: BrokerLimits
  readonly connections = new Set<ClientConnection>()
  /** Messages that clients published. */
  published = 0
  readonly #authenticate: Authenticate | undefined
  /** What follows once this turn's changes are stored, in order. */
  #steps: (Accepted | (() => void))[] = []
  readonly #touched = new Set<ClientConnection>()
  readonly #congested = new Set<ClientConnection>()
  #isMakingRoom = false
  readonly #unfinished: UnfinishedPackets<ClientConnection>

  constructor(state: BrokerState, limits: BrokerLimits, authenticate: Authenticate | undefined) {
    this.state = state
    this.limits = limits
    this.#authenticate = authenticate
    this.#unfinished = new UnfinishedPackets(limits.unfinishedBytes)
  }

  /** A turn begins. After a write that failed there may be room again. */
  begin(): void {
    if (this.state.failure !== undefined) this.state.renew()
  }

  /** Runs `step` once everything that this turn has changed is stored. */
  whenStored(step: () => void): void {
    this.#steps.push(step)
  }

  /** Something was written to this client. */
  touched(connection: ClientConnection): void {
    this.#touched.add(connection)
  }

  /** So many bytes have come of a packet that has not come to its end. */
  holdsUnfinished(connection: ClientConnection, bytes: number): void {
    this.#unfinished
      .note(connection, bytes)
      ?.end(new PacketError(REASON.quotaExceeded, 'no room for more large packets at once'))
  }

  /** Why a message is not taken, if it is not. */
  whyRefused({ topic, retain, payload }: Published): PacketError | undefined {
    if (topic === '$SYS' || topic.startsWith('$SYS/'))
      return new PacketError(REASON.notAuthorized, '$SYS channels belong to the broker')
    if (retain && payload.length > 0 && !this.state.retained.fits(topic, payload.length))
      return new PacketError(REASON.quotaExceeded, 'no room for another retained message')
    return undefined
  }

  /**
   * Takes a message; it is delivered once it is stored.
   * @param publisher whose client it comes from, for which No Local counts
   * @returns why it is not taken: it is for sessions that outlive their connections, and nobody could be given it
   */
  publish(
    published: Omit<Published, 'dup'>,
    publisher: Session | undefined,
    done: (isHeard: boolean) => void
  ): PacketError | undefined {
    const { topic, qos, retain, expiry, properties, payload, packetId } = published
    const { state } = this
    const expiresAt = expiry === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiry * 1000
    const message = newMessage({ seq: ++state.seq, qos, retain, expiresAt }, { topic, properties, payload })
    if (!state.memory.hasRoom(message.size)) this.#makeRoom()
    const wanted = state.subscriptions.destinations(topic, qos, retain, publisher)
    const destinations = qos === 0 ? wanted : this.#withRoom(wanted, message)
    const isLost = destinations.length === 0 && wanted.some(({ session }) => session.no > 0)
    if (isLost && !retain) return EVERY_QUEUE_FULL
    state.dropped += wanted.length - destinations.length
    // A will has no identifier.
    const isOpen = qos === 2 && packetId > 0
    const from = isOpen && publisher !== undefined ? { session: publisher, packetId } : undefined
    state.store(message, destinations, from)
    for (const { session } of destinations) session.promised++
    this.#steps.push({ message, destinations, from, done })
    return undefined
  }

  /** Writes what this turn has changed, delivers and answers. `connection`: whose packets they were. */
  settle(connection?: ClientConnection): void {
    const steps = this.#steps
    if (steps.length > 0) {
      this.#steps = []
      if (!this.state.commit()) {
        // What is sent again was never taken.
        for (const step of steps) {
          if (typeof step === 'function') continue
          step.from?.session.incoming.delete(step.from.packetId)
          for (const { session } of step.destinations) session.promised--
        }
        connection?.end(this.#whyNotStored())
        this.#flush()
        return
      }
      for (const step of steps) {
        if (typeof step === 'function') step()
        else this.#deliver(step)
      }
    }
    if (connection !== undefined) {
      this.#touched.add(connection)
      if (this.#congested.size > 0) {
        connection.waitFor(this.#congested)
        this.#congested.clear()
      }
    }
    this.#flush()
  }

  /** Decides on a CONNECT. Rejects with a `PacketError` that the client is told. */
  async admit(connection: ClientConnection, connect: Connect, needsCredentials: boolean): Promise<void> {
    if (needsCredentials && this.#authenticate !== undefined) {
      const isKnown = await this.#authenticate(connect.username, connect.password)
      if (!isKnown) throw new PacketError(REASON.badUserNameOrPassword, 'bad user name or password')
    }
    if (connection.isClosed) return
    this.begin()
    const { state, limits } = this
    if (connect.clientId.length > limits.clientIdLength)
      throw new PacketError(REASON.clientIdentifierNotValid, 'its client identifier is too long')
    const isOld = connect.version < 5
    if (connect.clientId === '' && isOld && !connect.clean)
      throw new PacketError(REASON.clientIdentifierNotValid, 'a session needs a client identifier')
    const id = connect.clientId || newId()
    const assignedId = connect.clientId === '' && !isOld ? id : ''
    if (!connection.takesWelcome(assignedId))
      throw new PacketError(REASON.packetTooLarge, 'its largest packet has no room for CONNACK')
    this.#takeOver(id, connect.clean)
    const before = state.sessions.get(id)
    const expiry = connect.sessionExpiry ?? (isOld && !connect.clean ? NEVER : 0)
    if (before === undefined && expiry > 0 && state.durable >= limits.sessions)
      throw new PacketError(REASON.quotaExceeded, 'too many sessions')
    if (!state.memory.hasRoom(willCost(connect.will)))
      throw new PacketError(REASON.quotaExceeded, 'no room for another will')
    const session = state.openSession(id, expiry)
    if (!state.commit()) {
      if (before === undefined) state.endSession(session)
      else state.leave(session)
      throw this.#whyNotStored()
    }
    state.setWill(session, connect.will)
    session.willAt = undefined
    session.client = connection
    const window = Math.min(connect.receiveMaximum, 65_534)
    const again = () => void setImmediate(() => this.#wake(connection))
    const delivery = new ClientDelivery(state, session, connection.output, window, again)
    connection.connected(session, delivery, before !== undefined, assignedId)
    this.settle(connection)
  }

  /** @returns a code for each, as SUBACK has them */
  subscribe(
    connection: ClientConnection,
    session: Session,
    subscriptions: readonly (readonly [filter: string, subscription: StoredSubscription])[]
  ): number[] {
    const { state, limits } = this
    return subscriptions.map(([filter, subscription]) => {
      const isNew = !session.subscriptions.has(filter)
      const hasRoom =
        session.subscriptions.size < limits.subscriptionsPerClient &&
        state.memory.hasRoom(subscriptionCost(filter) + levelsCost(filter))
      if (isNew && !hasRoom) return REASON.quotaExceeded
      state.subscribe(session, filter, subscription)
      const { retainHandling } = subscription
      const wantsRetained = retainHandling === 0 || (retainHandling === 1 && isNew)
      // Shared subscriptions get no retained messages [MQTT 5, 4.8.2].
      if (wantsRetained && !filter.startsWith('$share/'))
        connection.delivery?.addRetained(this.#retainedFor(session, filter, subscription))
      return subscription.qos
    })
  }

  /** @returns a code for each, as UNSUBACK has them */
  unsubscribe(session: Session, filters: readonly string[]): number[] {
    return filters.map((filter) => (this.state.unsubscribe(session, filter) ? 0 : NO_SUBSCRIPTION))
  }

  /** A client's connection has ended. */
  left(connection: ClientConnection): void {
    this.connections.delete(connection)
    this.#congested.delete(connection)
    this.#unfinished.note(connection, 0)
    const { session } = connection
    if (session === undefined || session.client !== connection) return
    session.client = undefined
    this.state.leave(session)
    if (session.will !== undefined)
      session.willAt = Date.now() + Math.min(session.will.delay, session.expiry) * 1000
    this.#endIfDue(session, Date.now())
    this.settle()
  }

  /** Publishes the wills and ends the sessions whose time has come. */
  endDue(): void {
    const now = Date.now()
    for (const session of [...this.state.sessions.values()]) this.#endIfDue(session, now)
    this.settle()
  }

  /** So much waits for this client that whoever publishes for it is to wait, too. */
  congested(connection: ClientConnection): void {
    this.#congested.add(connection)
  }

  #wake(connection: ClientConnection): void {
    connection.wake()
    this.settle()
  }

  #endIfDue(session: Session, now: number): void {
    if (session.client !== undefined) return
    if (session.endsAt <= now) this.#endSession(session)
    else if (session.willAt !== undefined && session.willAt <= now) {
      const { will } = session
      this.state.setWill(session, undefined)
      session.willAt = undefined
      if (will !== undefined) this.#publishWill(will, session)
    }
  }

  /** The client of another connection with this identifier gives way; a clean start ends its session. */
  #takeOver(id: string, clean: boolean): void {
    const before = this.state.sessions.get(id)
    if (before === undefined) return
    for (const connection of this.connections)
      if (connection.session === before)
        connection.end(
          new PacketError(REASON.sessionTakenOver, 'another client has connected with its identifier')
        )
    if (this.state.sessions.get(id) === before && (clean || before.endsAt <= Date.now()))
      this.#endSession(before)
  }

  #endSession(session: Session): void {
    // Another member of the group gets what this one has not got, but no QoS 2 message that was sent once [MQTT-4.8.2-5].
    const sent = [...session.inFlight.values()].filter(({ grant }) => grant.qos === 1)
    const orphans = [...sent, ...session.queue].filter(({ grant }) => grant.group !== undefined)
    const will = session.willAt === undefined ? undefined : session.will
    this.state.endSession(session)
    if (will !== undefined) this.#publishWill(will, session)
    for (const { message, grant } of orphans) {
      const destination = grant.group?.destination(message)
      if (destination !== undefined) this.#deliverTo(destination, message)
    }
  }

  #publishWill(will: Will, session: Session): void {
    const published = { ...will, packetId: 0 }
    if (this.whyRefused({ ...published, dup: false }) === undefined)
      this.publish(published, session, () => undefined)
  }

  /** Those who are sent the message at once, or whose queue takes it. */
  #withRoom(destinations: readonly Destination[], message: BrokerMessage): readonly Destination[] {
    const { state } = this
    // What is sent to a session that ends with its connection is not kept.
    const isSent = ({ client, no }: Session) => no === 0 && client?.takesMore === true
    const hasRoom = ({ session, grant }: Destination) =>
      grant.qos === 0 || state.exchanges.hasRoom(session, message) || isSent(session)
    return destinations.every(hasRoom) ? destinations : destinations.filter(hasRoom)
  }

  /** Lets the client go that makes the broker keep most in memory alone. It ends between turns. */
  #makeRoom(): void {
    if (this.#isMakingRoom) return
    let largest: ClientConnection | undefined
    for (const connection of this.connections)
      if (waitingInMemory(connection) > waitingInMemory(largest)) largest = connection
    if (largest === undefined) return
    this.#isMakingRoom = true
    setImmediate(() => {
      this.#isMakingRoom = false
      largest.end(
        new PacketError(REASON.quotaExceeded, 'too much waits for it, and the broker needs the room')
      )
    })
  }

  #deliver({ message, destinations, done }: Accepted): void {
    this.published++
    if (message.retain) this.state.retain(message)
    for (const destination of destinations) {
      destination.session.promised--
      this.#deliverTo(destination, message)
    }
    this.state.messages.settle(message)
    done(destinations.length > 0)
  }

  #deliverTo({ session, grant }: Destination, message: BrokerMessage): void {
    if (session.client !== undefined) session.client.offer({ message, grant })
    else if (grant.qos > 0) this.state.exchanges.enqueue(session, message, grant)
  }

  *#retainedFor(session: Session, filter: string, { qos, id }: StoredSubscription): RetainedSource {
    const ids = id > 0 ? [id] : []
    for (const message of this.state.retainedOf(filter)) {
      // After UNSUBSCRIBE nothing is added [MQTT-3.10.4-2].
      if (!session.subscriptions.has(filter)) return
      yield message && { message, grant: { qos: Math.min(qos, message.qos) as Qos, retain: true, ids } }
    }
  }

  #flush(): void {
    this.state.commit()
    for (const connection of this.#touched) connection.output.flush()
    this.#touched.clear()
    this.state.renew()
  }

  #whyNotStored(): PacketError {
    const { failure } = this.state
    return failure === undefined
      ? NOTHING_STORED
      : new PacketError(REASON.quotaExceeded, `the broker cannot store: ${systemReason(failure)}`)
  }
}

/** Bytes that only the client's connection keeps in memory. */
const waitingInMemory = (connection: ClientConnection | undefined): number =>
  connection?.session?.no === 0 ? connection.session.queue.bytes : 0

/** UNSUBACK's "no subscription existed". */
const NO_SUBSCRIPTION = 0x11

function newId(): string {
  return `auto-${process.getBuiltinModule('node:crypto').randomUUID()}`
}
