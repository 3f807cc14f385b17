import { REASON } from '../../mqtt/reason-codes.js'
import type { BrokerLimits } from '../broker-limits.js'
import type { ClientConnection } from '../protocol/client-connection.js'
import { PacketError } from '../protocol/packet-error.js'
import { UnfinishedPackets } from '../protocol/unfinished-packets.js'
import type { BrokerState } from '../state/broker-state.js'
import { Admission, type AdmissionPlace, type Authenticate } from './admission.js'
import { roomMaker } from './make-room.js'
import { Publishing } from './publishing.js'
import { SessionEnds } from './session-ends.js'
import { Subscribing } from './subscribing.js'
import { Turn } from './turn.js'

/** Takes what clients ask for: a part for each thing that they may ask. */
export class Broker implements AdmissionPlace {
  readonly state: BrokerState
  readonly limits: BrokerLimits
  readonly connections = new Set<ClientConnection>()
  /** What all clients together have not read yet. */
  readonly unread = { bytes: 0 }
  readonly turn: Turn
  readonly publishing: Publishing
  readonly subscribing: Subscribing
  readonly ends: SessionEnds
  readonly admission: Admission
  readonly #unfinished: UnfinishedPackets<ClientConnection>

  constructor(state: BrokerState, limits: BrokerLimits, authenticate: Authenticate | undefined) {
    this.state = state
    this.limits = limits
    this.turn = new Turn(state)
    this.publishing = new Publishing(state, this.turn, roomMaker(this.connections))
    this.subscribing = new Subscribing(state, limits)
    this.ends = new SessionEnds(state, this.turn, this.publishing)
    this.admission = new Admission(this, authenticate)
    this.#unfinished = new UnfinishedPackets(limits.unfinishedBytes)
  }

  /** So many bytes have come of a packet that has not come to its end. */
  holdsUnfinished(connection: ClientConnection, bytes: number): void {
    this.#unfinished
      .note(connection, bytes)
      ?.end(new PacketError(REASON.quotaExceeded, 'no room for more large packets at once'))
  }

  /** A client's connection has ended. */
  left(connection: ClientConnection): void {
    this.connections.delete(connection)
    this.turn.left(connection)
    this.#unfinished.note(connection, 0)
    const { session } = connection
    if (session === undefined || session.client !== connection) return
    this.ends.clientLeft(session)
    this.turn.settle()
  }
}
