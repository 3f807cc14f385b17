import type { BrokerLimits } from '../broker-limits.js'
import type { Recipient, StoredSubscription, Will } from '../store/facts.js'
import { type BrokerMessage, hasExpired, SWEEP_PAUSE } from './broker-message.js'
import { ChangeLog } from './change-log.js'
import { Exchanges } from './exchanges.js'
import { HeldMessages } from './held-messages.js'
import { LEVEL, MemoryUse, subscriptionCost, willCost } from './memory-use.js'
import { RetainedMessages } from './retained-messages.js'
import { Session } from './session.js'
import { type Destination, Subscriptions } from './subscriptions.js'

/**
 * What the broker knows: sessions, subscriptions, retained and waiting messages. Each change of what outlives the process is appended
 * to the journal; `commit` writes what was appended.
 */
export class BrokerState {
  readonly sessions = new Map<string, Session>()
  readonly subscriptions = new Subscriptions()
  readonly retained: RetainedMessages
  readonly limits: BrokerLimits
  readonly memory: MemoryUse
  /** Where changes go that outlive the process. */
  readonly changes = new ChangeLog()
  readonly messages: HeldMessages
  readonly exchanges: Exchanges
  /** The number of the newest message. */
  seq = 0
  /** The number of the newest stored session. */
  sessionNo = 0
  /** Sessions that outlive their connections. */
  durable = 0
  /** Messages that a full queue did not take. */
  dropped = 0
  /** Milliseconds on the process's clock at which expired retained messages were looked for. */
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(limits: BrokerLimits) {
    this.limits = limits
    this.memory = new MemoryUse(limits.memoryBytes)
    this.retained = new RetainedMessages(limits)
    this.messages = new HeldMessages(this.changes, this.memory)
    this.exchanges = new Exchanges(this.changes, this.messages, this.memory, limits)
  }

  get queued(): number {
    let count = 0
    for (const { queue, inFlight } of this.sessions.values()) count += queue.length + inFlight.size
    return count
  }

  /** Why nothing can be stored at the moment. */
  get failure(): Error | undefined {
    return this.changes.journal?.failure
  }

  /** Writes all changes to the disk. False: nothing that was appended since the last `commit` is stored. */
  commit(): boolean {
    const isStored = this.changes.journal?.commit() ?? true
    this.exchanges.committed(isStored)
    return isStored
  }

  /** For the end of a turn, when every message that was written is delivered: keeps the journal short, and repairs it after a failure. */
  renew(): void {
    this.changes.journal?.renew()
  }

  /** A new session, or one whose client is back. */
  openSession(id: string, expiry: number): Session {
    let session = this.sessions.get(id)
    if (session === undefined) {
      session = new Session(id, expiry > 0 ? ++this.sessionNo : 0, expiry)
      this.addSession(session)
    }
    session.expiry = expiry
    session.leftAt = 0
    this.#noteSession(session)
    return session
  }

  addSession(session: Session): void {
    this.sessions.set(session.id, session)
    if (session.no > 0) this.durable++
  }

  /** The session is again as it was before a client came that could not be let in. */
  closeSession(
    session: Session,
    { expiry, leftAt, will }: Pick<Session, 'expiry' | 'leftAt' | 'will'>
  ): void {
    session.expiry = expiry
    this.setWill(session, will)
    this.leave(session, leftAt)
  }

  /** The session's client is gone, since `at` (milliseconds since 1970). */
  leave(session: Session, at = Date.now()): void {
    session.leftAt = at
    this.#noteSession(session)
  }

  /** Forgets the session and everything that belongs to it. */
  endSession(session: Session): void {
    for (const filter of session.subscriptions.keys()) {
      this.#unsubscribe(session, filter)
    }
    session.subscriptions.clear()
    this.memory.bytes -= willCost(session.will)
    session.will = undefined
    for (const { message } of session.deliveries()) this.messages.release(message)
    this.sessions.delete(session.id)
    if (session.no > 0) this.durable--
    if (session.no > 0) this.changes.append({ kind: 'session-end', no: session.no })
  }

  /** What is published when the session's client is gone. */
  setWill(session: Session, will: Will | undefined): void {
    const { no, will: before } = session
    this.memory.bytes += willCost(will) - willCost(before)
    session.will = will
    if (no === 0) return
    if (will !== undefined) this.changes.append({ kind: 'will', no, will })
    else if (before !== undefined) this.changes.append({ kind: 'will-gone', no })
  }

  subscribe(session: Session, filter: string, subscription: StoredSubscription): void {
    const { levels } = this.subscriptions
    if (!session.subscriptions.has(filter)) this.memory.bytes += subscriptionCost(filter)
    session.subscriptions.set(filter, subscription)
    this.subscriptions.set(filter, session, subscription)
    this.memory.bytes += (this.subscriptions.levels - levels) * LEVEL
    if (session.no > 0) this.changes.append({ kind: 'subscription', no: session.no, filter, subscription })
  }

  /** @returns whether there was such a subscription */
  unsubscribe(session: Session, filter: string): boolean {
    if (!session.subscriptions.delete(filter)) return false
    this.#unsubscribe(session, filter)
    if (session.no > 0) this.changes.append({ kind: 'unsubscribed', no: session.no, filter })
    return true
  }

  /**
   * Appends a message for the sessions that are stored; without any of them only where it is retained.
   * @param from of QoS 2: the session whose client sent it, and its identifier
   */
  store(
    message: BrokerMessage,
    destinations: readonly Destination[],
    from?: { readonly session: Session; readonly packetId: number }
  ): void {
    from?.session.incoming.add(from.packetId)
    if (this.changes.journal === undefined || message.content === undefined) return
    const sender = from && from.session.no > 0 ? { no: from.session.no, packetId: from.packetId } : undefined
    const recipients: Recipient[] = []
    for (const { session, grant } of destinations)
      if (session.no > 0 && grant.qos > 0) recipients.push({ no: session.no, ...grant })
    const { seq, qos, retain, expiresAt, content } = message
    // The fact itself says that the channel retains it.
    const isKept = retain && content.payload.length > 0
    if (retain && !isKept && this.retained.get(content.topic) !== undefined)
      this.changes.append({ kind: 'retained', topic: content.topic, seq: 0 })
    if (recipients.length === 0 && !isKept) {
      if (sender !== undefined) this.changes.append({ kind: 'received', ...sender })
      return
    }
    message.place = this.changes.append({
      kind: 'message',
      seq,
      qos,
      retain,
      expiresAt,
      ...content,
      recipients,
      from: sender
    })
  }

  /** Gives a channel its retained message; an empty one takes it away [MQTT-3.3.1-6]. It is stored already. */
  retain(message: BrokerMessage): void {
    if (message.content === undefined) return
    const { topic, payload } = message.content
    if (payload.length > 0) {
      this.messages.hold(message)
      this.messages.keep(message)
    }
    const before = this.retained.set(topic, payload.length > 0 ? message : undefined)
    if (before !== undefined) this.messages.release(before)
  }

  /** Whether a channel may get a retained message. Where there is no room, expired ones make room. */
  hasRoomRetained(topic: string, bytes: number): boolean {
    if (this.retained.fits(topic, bytes)) return true
    const now = performance.now()
    if (now - this.#sweptAt < SWEEP_PAUSE) return false
    this.#sweptAt = now
    for (const [name, message] of [...this.retained.entries()])
      if (hasExpired(message)) this.#forgetRetained(name, message)
    return this.retained.fits(topic, bytes)
  }

  /** The retained messages of a filter; `undefined` for each channel that is only passed. Expired ones go. */
  *retainedOf(filter: string): Generator<BrokerMessage | undefined> {
    for (const [topic, message] of this.retained.matching(filter)) {
      if (message === undefined || !hasExpired(message)) {
        yield message
        continue
      }
      this.#forgetRetained(topic, message)
    }
  }

  /** False: the disk lacks something that was not acknowledged. */
  close(): boolean {
    return this.changes.journal?.close() ?? true
  }

  #forgetRetained(topic: string, message: BrokerMessage): void {
    this.retained.set(topic, undefined)
    this.messages.release(message)
    this.changes.append({ kind: 'retained', topic, seq: 0 })
  }

  #unsubscribe(session: Session, filter: string): void {
    const { levels } = this.subscriptions
    this.subscriptions.delete(filter, session)
    this.memory.bytes -= subscriptionCost(filter) + (levels - this.subscriptions.levels) * LEVEL
  }

  #noteSession({ no, id, expiry, leftAt }: Session): void {
    if (no > 0) this.changes.append({ kind: 'session', no, id, expiry, leftAt })
  }
}
