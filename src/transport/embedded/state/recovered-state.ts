import type { Fact, Grant, MessageFacts, Place, Queued } from '../store/facts.js'
import { type BrokerMessage, sizeOf } from './broker-message.js'
import type { BrokerState } from './broker-state.js'
import { Session } from './session.js'

/** Builds a broker's state from the facts of its journal, which may say the same thing twice. */
export class RecoveredState {
  readonly #state: BrokerState
  readonly #messages = new Map<number, BrokerMessage>()
  readonly #sessions = new Map<number, Session>()
  /** Those without identifiers of subscriptions, by QoS and retain flag. */
  readonly #grants: Grant[] = []

  constructor(state: BrokerState) {
    this.#state = state
  }

  take(fact: Fact, place: Place): void {
    const state = this.#state
    switch (fact.kind) {
      case 'checkpoint':
        state.seq = Math.max(state.seq, fact.seq)
        break
      case 'session':
        this.#takeSession(fact)
        break
      case 'message': {
        const message = this.#message(fact, place, sizeOf(fact))
        for (const { no, ...grant } of fact.recipients) {
          const session = this.#sessions.get(no)
          if (session === undefined) continue
          state.messages.hold(message)
          session.queue.push(message, this.#grant(grant))
        }
        if (fact.retain && fact.payload.length > 0) this.#retain(fact.topic, message)
        if (fact.from !== undefined) this.#sessions.get(fact.from.no)?.incoming.add(fact.from.packetId)
        break
      }
      case 'located':
        this.#message(fact, fact.place, fact.size)
        break
      case 'retained':
        this.#retain(fact.topic, this.#messages.get(fact.seq))
        break
      case 'checkpoint-end':
        break
      default:
        this.#takeOfSession(fact)
    }
  }

  #takeSession({ no, id, expiry, leftAt }: Fact & { kind: 'session' }): void {
    const state = this.#state
    let session = this.#sessions.get(no)
    if (session === undefined) {
      session = new Session(id, no, expiry)
      this.#sessions.set(no, session)
      state.addSession(session)
      state.sessionNo = Math.max(state.sessionNo, no)
    }
    session.expiry = expiry
    session.leftAt = leftAt
  }

  #takeOfSession(fact: Extract<Fact, { no: number }>): void {
    const state = this.#state
    const session = this.#sessions.get(fact.no)
    if (session === undefined) return
    switch (fact.kind) {
      case 'session-end':
        state.endSession(session)
        this.#sessions.delete(fact.no)
        break
      case 'subscription':
        state.subscribe(session, fact.filter, fact.subscription)
        break
      case 'unsubscribed':
        state.unsubscribe(session, fact.filter)
        break
      case 'queue':
        for (const entry of fact.entries) this.#takeQueued(session, entry)
        break
      case 'queued':
        this.#takeQueued(session, fact)
        break
      case 'sent': {
        const delivery = session.queue.take(fact.seq)
        if (delivery !== undefined) session.inFlight.set(fact.packetId, { ...delivery, released: false })
        break
      }
      case 'released': {
        const inFlight = session.inFlight.get(fact.packetId)
        if (inFlight !== undefined) inFlight.released = true
        break
      }
      case 'done': {
        const message = takeOut(session, fact)
        if (message !== undefined) state.messages.release(message)
        break
      }
      case 'received':
        session.incoming.add(fact.packetId)
        break
      case 'will':
        state.setWill(session, fact.will)
        break
      case 'will-gone':
        state.setWill(session, undefined)
        break
      case 'freed':
        session.incoming.delete(fact.packetId)
        break
      default:
    }
  }

  #takeQueued(session: Session, { seq, packetId, released, ...granted }: Queued): void {
    const message = this.#messages.get(seq)
    if (message === undefined) return
    this.#state.messages.hold(message)
    const grant = this.#grant(granted)
    if (packetId === 0) session.queue.push(message, grant)
    else {
      const before = session.inFlight.get(packetId)
      session.inFlight.set(packetId, { message, grant, released })
      if (before !== undefined) this.#state.messages.release(before.message)
    }
  }

  /**
   * The facts are all there. Whoever was connected when the broker died left then; this start is the closest that is known. Sessions
   * whose time has come are still there: what follows from their end is the broker's.
   * @param sizes bytes of each segment that exists
   * @returns how many messages are lost with segments that are missing or end too early
   */
  finish(sizes: ReadonlyMap<number, number>): number {
    const state = this.#state
    const now = Date.now()
    for (const session of this.#sessions.values()) if (session.leftAt === 0) session.leftAt = now
    const lost = new Set<BrokerMessage>()
    for (const message of this.#messages.values())
      if (message.holders > 0 && !isThere(message, sizes)) lost.add(message)
    if (lost.size === 0) return 0
    for (const session of this.#sessions.values())
      for (const message of session.forgetAll(lost)) state.messages.release(message)
    for (const [topic, message] of [...state.retained.entries()])
      if (lost.has(message)) this.#retain(topic, undefined)
    return lost.size
  }

  /** One for all that say the same: ten thousand sessions may wait for the same messages. */
  #grant({ qos, retain, ids, shared }: Grant): Grant {
    if (ids.length > 0 || shared !== undefined) return { qos, retain, ids, shared }
    const at = retain ? qos + 3 : qos
    const grant = this.#grants[at] ?? { qos, retain, ids }
    this.#grants[at] = grant
    return grant
  }

  #retain(topic: string, message: BrokerMessage | undefined): void {
    if (message !== undefined) this.#state.messages.hold(message)
    const before = this.#state.retained.set(topic, message)
    if (before !== undefined) this.#state.messages.release(before)
  }

  /** A message that the journal has moved keeps its number. */
  #message(facts: MessageFacts, place: Place, size: number): BrokerMessage {
    const known = this.#messages.get(facts.seq)
    if (known !== undefined) {
      this.#state.messages.move(known, place)
      return known
    }
    const { seq, qos, retain, expiresAt } = facts
    const message = { seq, qos, retain, expiresAt, content: undefined, isKept: true, place, size, holders: 0 }
    this.#messages.set(seq, message)
    this.#state.seq = Math.max(this.#state.seq, seq)
    return message
  }
}

const isThere = ({ place }: BrokerMessage, sizes: ReadonlyMap<number, number>) =>
  place === undefined || place.offset + place.length <= (sizes.get(place.segment) ?? 0)

/** Takes the message out of what is in flight, or out of the queue where it was not sent. */
function takeOut({ inFlight, queue }: Session, { seq, packetId }: Fact & { kind: 'done' }) {
  if (packetId === 0) return queue.take(seq)?.message
  const message = inFlight.get(packetId)?.message
  if (message?.seq !== seq) return undefined
  inFlight.delete(packetId)
  return message
}
