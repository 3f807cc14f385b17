import type { BrokerLimits } from '../broker-limits.js'
import type { Content, Fact, Grant, Place, Recipient, StoredSubscription } from '../store/facts.js'
import { DamagedRecord, type Journal } from '../store/journal.js'
import { type BrokerMessage, hasExpired, ownContent } from './broker-message.js'
import type { Delivery } from './delivery-queue.js'
import { ENTRY, LEVEL, MemoryUse, messageCost, subscriptionCost, willCost } from './memory-use.js'
import { RecentMessages } from './recent-messages.js'
import { RetainedMessages } from './retained-messages.js'
import { type InFlight, Session, type Will } from './session.js'
import { type Destination, Subscriptions } from './subscriptions.js'

/** The messages of one segment that are still needed. */
interface Needed {
  messages: number
  bytes: number
}

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
  /** What the segments of the journal hold that is still needed. */
  readonly needed = new Map<number, Needed>()
  /** The number of the newest message. */
  seq = 0
  /** The number of the newest stored session. */
  sessionNo = 0
  /** Sessions that outlive their connections. */
  durable = 0
  /** Messages that a full queue did not take. */
  dropped = 0
  /** Stored messages that could not be read any more, by their numbers. */
  readonly unreadable = new Set<number>()
  /** Told when one more of them is found. */
  onUnreadable: () => void = () => undefined
  /** Where changes go that outlive the process; absent: nothing does. */
  journal: Journal | undefined
  readonly #recent = new RecentMessages()
  /**
   * Sessions whose QoS 2 messages got an identifier that is not written yet. If it cannot be written, the message must not reach the
   * client: after a crash the broker would send it again under another identifier.
   */
  readonly #unwritten = new Set<Session>()

  constructor(limits: BrokerLimits) {
    this.limits = limits
    this.memory = new MemoryUse(limits.memoryBytes)
    this.retained = new RetainedMessages(limits)
  }

  get queued(): number {
    let count = 0
    for (const { queue, inFlight } of this.sessions.values()) count += queue.length + inFlight.size
    return count
  }

  /** Why nothing can be stored at the moment. */
  get failure(): Error | undefined {
    return this.journal?.failure
  }

  /** Writes all changes to the disk. False: nothing that was appended since the last `commit` is stored. */
  commit(): boolean {
    const isStored = this.journal?.commit() ?? true
    if (!isStored) for (const { client } of this.#unwritten) client?.cut()
    this.#unwritten.clear()
    return isStored
  }

  /** For the end of a turn, when every message that was written is delivered: keeps the journal short, and repairs it after a failure. */
  renew(): void {
    this.journal?.renew()
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
    this.setWill(session, undefined)
    for (const { message } of session.deliveries()) this.release(message)
    this.sessions.delete(session.id)
    if (session.no > 0) this.durable--
    if (session.no > 0) this.#append({ kind: 'session-end', no: session.no })
  }

  /** What is published when the session's client is gone. */
  setWill(session: Session, will: Will | undefined): void {
    this.memory.bytes += willCost(will) - willCost(session.will)
    session.will = will
  }

  subscribe(session: Session, filter: string, subscription: StoredSubscription): void {
    const { levels } = this.subscriptions
    if (!session.subscriptions.has(filter)) this.memory.bytes += subscriptionCost(filter)
    session.subscriptions.set(filter, subscription)
    this.subscriptions.set(filter, session, subscription)
    this.memory.bytes += (this.subscriptions.levels - levels) * LEVEL
    if (session.no > 0) this.#append({ kind: 'subscription', no: session.no, filter, subscription })
  }

  /** @returns whether there was such a subscription */
  unsubscribe(session: Session, filter: string): boolean {
    if (!session.subscriptions.delete(filter)) return false
    this.#unsubscribe(session, filter)
    if (session.no > 0) this.#append({ kind: 'unsubscribed', no: session.no, filter })
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
    if (this.journal === undefined || message.content === undefined) return
    const sender = from && from.session.no > 0 ? { no: from.session.no, packetId: from.packetId } : undefined
    const recipients: Recipient[] = []
    for (const { session, grant } of destinations)
      if (session.no > 0 && grant.qos > 0) recipients.push({ no: session.no, ...grant })
    const { seq, qos, retain, expiresAt, content } = message
    // The fact itself says that the channel retains it.
    const isKept = retain && content.payload.length > 0
    if (retain && !isKept && this.retained.get(content.topic) !== undefined)
      this.#append({ kind: 'retained', topic: content.topic, seq: 0 })
    if (recipients.length === 0 && !isKept) {
      if (sender !== undefined) this.#append({ kind: 'received', ...sender })
      return
    }
    message.place = this.journal.append({
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
      this.hold(message)
      this.#keep(message)
    }
    const before = this.retained.set(topic, payload.length > 0 ? message : undefined)
    if (before !== undefined) this.release(before)
  }

  /** The retained messages of a filter; `undefined` for each channel that is only passed. Expired ones go. */
  *retainedOf(filter: string): Generator<BrokerMessage | undefined> {
    for (const [topic, message] of this.retained.matching(filter)) {
      if (message === undefined || !hasExpired(message)) {
        yield message
        continue
      }
      this.retained.set(topic, undefined)
      this.release(message)
      this.#append({ kind: 'retained', topic, seq: 0 })
    }
  }

  /** Whether one more message may wait for a session. The bytes of one chunk from the network may go beyond the limits. */
  hasRoom({ queue, inFlight, promised }: Session, message: BrokerMessage): boolean {
    const { queuedMessagesPerSession, queuedBytesPerSession } = this.limits
    return (
      queue.length + inFlight.size + promised < queuedMessagesPerSession &&
      queue.bytes + message.size <= queuedBytesPerSession &&
      this.memory.hasRoom(messageCost(message))
    )
  }

  /** Puts a message behind what waits for a session. */
  enqueue(session: Session, message: BrokerMessage, grant: Grant): void {
    this.hold(message)
    this.#keep(message)
    session.queue.push(message, grant)
  }

  /** A QoS 1 or 2 message from the queue is sent. Its session holds it until it is done. */
  sent(session: Session, { message, grant }: Delivery, packetId: number): void {
    session.inFlight.set(packetId, { message, grant, released: false })
    if (session.no === 0) return
    this.#append({ kind: 'sent', no: session.no, seq: message.seq, packetId })
    if (grant.qos === 2) this.#unwritten.add(session)
  }

  /**
   * A QoS 1 or 2 message is sent that was in no queue. It is kept where it may be sent again: by a session that outlives its
   * connection, or by another member of a group.
   */
  sentAtOnce(session: Session, { message, grant }: Delivery, packetId: number): void {
    this.hold(message)
    if ((session.no > 0 || grant.group !== undefined) && message.place === undefined) this.#keep(message)
    this.sent(session, { message, grant }, packetId)
  }

  /** The same for a retained message, which the journal does not know as one of this session. */
  sentRetained(session: Session, { message, grant }: Delivery, packetId: number): void {
    this.hold(message)
    session.inFlight.set(packetId, { message, grant, released: false })
    const { no } = session
    if (no === 0) return
    this.#append({ kind: 'queued', no, seq: message.seq, ...grant, packetId, released: false })
    if (grant.qos === 2) this.#unwritten.add(session)
  }

  /** The client has a QoS 2 message; from now on only its identifier is exchanged. */
  released(session: Session, packetId: number, inFlight: InFlight): void {
    inFlight.released = true
    if (session.no > 0) this.#append({ kind: 'released', no: session.no, packetId })
  }

  /** A session has the message for good, or will never get it. It is in no queue any more. */
  done(session: Session, message: BrokerMessage): void {
    this.release(message)
    if (session.no > 0) this.#append({ kind: 'done', no: session.no, seq: message.seq })
  }

  received(session: Session, packetId: number): void {
    session.incoming.add(packetId)
    if (session.no > 0) this.#append({ kind: 'received', no: session.no, packetId })
  }

  freed(session: Session, packetId: number): void {
    if (session.incoming.delete(packetId) && session.no > 0)
      this.#append({ kind: 'freed', no: session.no, packetId })
  }

  /** What a message says, from memory or from the disk; `undefined`: it cannot be read any more. */
  contentOf(message: BrokerMessage): Content | undefined {
    if (message.content !== undefined || message.place === undefined) return message.content
    try {
      const fact = this.journal?.read(message.place)
      if (fact?.kind === 'message' && fact.seq === message.seq) return fact
    } catch (error) {
      if (!(error instanceof DamagedRecord)) throw error
    }
    if (!this.unreadable.has(message.seq)) {
      this.unreadable.add(message.seq)
      this.onUnreadable()
    }
    return undefined
  }

  hold(message: BrokerMessage): void {
    this.memory.bytes += ENTRY
    if (message.holders++ > 0) return
    this.memory.bytes += messageCost(message)
    if (message.place !== undefined) this.#count(message.place, 1)
  }

  release(message: BrokerMessage): void {
    this.memory.bytes -= ENTRY
    if (--message.holders > 0) return
    this.memory.bytes -= messageCost(message)
    if (message.place !== undefined) this.#count(message.place, -1)
  }

  /** Whatever nobody has to keep of a message goes: it lies in a chunk from the network. */
  settle(message: BrokerMessage): void {
    if (!message.isKept) message.content = undefined
  }

  /** A message that is still needed lies somewhere else now. */
  move(message: BrokerMessage, place: Place): void {
    if (message.place !== undefined) this.#count(message.place, -1)
    message.place = place
    this.#count(place, 1)
  }

  /** False: the disk lacks something that was not acknowledged. */
  close(): boolean {
    return this.journal?.close() ?? true
  }

  #unsubscribe(session: Session, filter: string): void {
    const { levels } = this.subscriptions
    this.subscriptions.delete(filter, session)
    this.memory.bytes -= subscriptionCost(filter) + (levels - this.subscriptions.levels) * LEVEL
  }

  #append(fact: Fact): void {
    this.journal?.append(fact)
  }

  #noteSession({ no, id, expiry, leftAt }: Session): void {
    if (no > 0) this.#append({ kind: 'session', no, id, expiry, leftAt })
  }

  #count({ segment, length }: Place, by: 1 | -1): void {
    const needed = this.needed.get(segment) ?? { messages: 0, bytes: 0 }
    needed.messages += by
    needed.bytes += by * length
    this.needed.set(segment, needed)
  }

  #keep(message: BrokerMessage): void {
    if (message.isKept || message.content === undefined) return
    message.isKept = true
    message.content = ownContent(message.content)
    if (message.place !== undefined) this.#recent.add(message)
  }
}
