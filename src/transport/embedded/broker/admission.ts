import { REASON } from '../../mqtt/reason-codes.js'
import type { BrokerLimits } from '../broker-limits.js'
import type { ClientConnection } from '../protocol/client-connection.js'
import { ClientDelivery } from '../protocol/client-delivery.js'
import type { Connect } from '../protocol/connect-packet.js'
import { PacketError } from '../protocol/packet-error.js'
import type { BrokerState } from '../state/broker-state.js'
import { willCost } from '../state/memory-use.js'
import { NEVER } from '../state/session.js'
import { isStored, type SessionEnds } from './session-ends.js'
import type { Turn } from './turn.js'

/** Whether these credentials may connect. */
export type Authenticate = (
  username: string | undefined,
  password: Uint8Array | undefined
) => Promise<boolean>

/** What an admission needs of the broker. */
export interface AdmissionPlace {
  readonly state: BrokerState
  readonly limits: BrokerLimits
  readonly turn: Turn
  readonly ends: SessionEnds
  readonly connections: ReadonlySet<ClientConnection>
}

/** Decides who may connect, and gives each client its session. */
export class Admission {
  readonly #place: AdmissionPlace
  readonly #authenticate: Authenticate | undefined

  constructor(place: AdmissionPlace, authenticate: Authenticate | undefined) {
    this.#place = place
    this.#authenticate = authenticate
  }

  /** Decides on a CONNECT. Rejects with a `PacketError` that the client is told. */
  async admit(connection: ClientConnection, connect: Connect, needsCredentials: boolean): Promise<void> {
    if (needsCredentials && this.#authenticate !== undefined) {
      const isKnown = await this.#authenticate(connect.username, connect.password)
      if (!isKnown) throw new PacketError(REASON.badUserNameOrPassword, 'bad user name or password')
    }
    if (connection.isClosed) return
    const { state, limits, turn } = this.#place
    turn.begin()
    if (connect.clientId.length > limits.clientIdLength)
      throw new PacketError(REASON.clientIdentifierNotValid, 'its client identifier is too long')
    const isOld = connect.version < 5
    if (connect.clientId === '' && isOld && !connect.clean)
      throw new PacketError(REASON.clientIdentifierNotValid, 'a session needs a client identifier')
    const id = connect.clientId || newId()
    const assignedId = connect.clientId === '' && !isOld ? id : ''
    if (!connection.takesWelcome(assignedId))
      throw new PacketError(REASON.packetTooLarge, 'its largest packet has no room for CONNACK')
    const expiry = connect.sessionExpiry ?? (isOld && !connect.clean ? NEVER : 0)
    // A client that is refused takes nothing from the session that is there.
    const there = state.sessions.get(id)
    if (state.failure !== undefined && (expiry > 0 || (there !== undefined && isStored(there))))
      throw turn.whyNotStored()
    this.#takeOver(id, connect.clean)
    turn.settle()
    const before = state.sessions.get(id)
    if (before === undefined && expiry > 0 && state.durable >= limits.sessions)
      throw new PacketError(REASON.quotaExceeded, 'too many sessions')
    if (!state.memory.hasRoom(willCost(connect.will)))
      throw new PacketError(REASON.quotaExceeded, 'no room for another will')
    const earlier = before && { expiry: before.expiry, leftAt: before.leftAt, will: before.will }
    const session = state.openSession(id, expiry)
    state.setWill(session, connect.will)
    if (!state.commit()) {
      if (earlier === undefined) state.endSession(session)
      else state.closeSession(session, earlier)
      throw turn.whyNotStored()
    }
    session.client = connection
    const window = Math.min(connect.receiveMaximum, 65_534)
    const again = () =>
      void setImmediate(() => {
        connection.wake()
        turn.settle()
      })
    const delivery = new ClientDelivery(state, session, connection.output, window, again)
    connection.connected(session, delivery, before !== undefined, assignedId)
    turn.settle(connection)
  }

  /** The client of another connection with this identifier gives way; a clean start ends its session. */
  #takeOver(id: string, clean: boolean): void {
    const { state, connections, ends } = this.#place
    const before = state.sessions.get(id)
    if (before === undefined) return
    for (const connection of connections)
      if (connection.session === before)
        connection.end(
          new PacketError(REASON.sessionTakenOver, 'another client has connected with its identifier')
        )
    if (state.sessions.get(id) === before && (clean || before.endsAt <= Date.now())) ends.end(before)
  }
}

function newId(): string {
  return `auto-${process.getBuiltinModule('node:crypto').randomUUID()}`
}
