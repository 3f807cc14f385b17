import type { BrokerLimits } from '../broker-limits.js'
import type { Grant } from '../store/facts.js'
import { type BrokerMessage, hasExpired, SWEEP_PAUSE } from './broker-message.js'
import type { ChangeLog } from './change-log.js'
import type { Delivery } from './delivery-queue.js'
import type { HeldMessages } from './held-messages.js'
import { type MemoryUse, messageCost } from './memory-use.js'
import type { InFlight, Session } from './session.js'
import type { Room } from './shared-group.js'
import type { Destination } from './subscriptions.js'

/** Notes how far each message has come on its way to a session's client, and QoS 2 messages on their way from one. */
export class Exchanges implements Room {
  readonly #changes: ChangeLog
  readonly #messages: HeldMessages
  readonly #memory: MemoryUse
  readonly #limits: BrokerLimits
  /**
   * Sessions whose QoS 2 messages got an identifier that is not written yet. If it cannot be written, the message must not reach the
   * client: after a crash the broker would send it again under another identifier.
   */
  readonly #unwritten = new Set<Session>()

  constructor(changes: ChangeLog, messages: HeldMessages, memory: MemoryUse, limits: BrokerLimits) {
    this.#changes = changes
    this.#messages = messages
    this.#memory = memory
    this.#limits = limits
  }

  /**
   * Whether one more message may wait for a session. Where there is no room, what has expired makes room. The bytes of one chunk from the
   * network may go beyond the limits.
   */
  hasRoom(session: Session, message: BrokerMessage): boolean {
    return this.#fits(session, message) || (this.#dropExpired(session) && this.#fits(session, message))
  }

  #fits({ queue, inFlight, promised }: Session, message: BrokerMessage): boolean {
    const { queuedMessagesPerSession, queuedBytesPerSession } = this.#limits
    return (
      queue.length + inFlight.size + promised < queuedMessagesPerSession &&
      queue.bytes + message.size <= queuedBytesPerSession &&
      this.#memory.hasRoom(messageCost(message))
    )
  }

  /** False: nothing has expired, as far as is known. */
  #dropExpired(session: Session): boolean {
    const now = performance.now()
    if (now - session.sweptAt < SWEEP_PAUSE) return false
    session.sweptAt = now
    const expired = session.queue.takeAll(hasExpired)
    for (const { message, grant } of expired) {
      if (grant.qos > 0) this.done(session, message, 0)
      else this.#messages.release(message)
    }
    return expired.length > 0
  }

  /** Puts a message behind what waits for a session. */
  enqueue(session: Session, message: BrokerMessage, grant: Grant): void {
    this.#messages.hold(message)
    this.#messages.keep(message)
    session.queue.push(message, grant)
  }

  /**
   * A message that another member of a group did not get waits for this one.
   * @returns what takes note that it could not be stored: it waits all the same, because it was acknowledged before
   */
  handOver({ session, grant }: Destination, message: BrokerMessage): (() => void) | undefined {
    const { no } = session
    let undo: (() => void) | undefined
    if (no > 0 && grant.qos > 0) {
      const { seq, qos, expiresAt, content, place } = message
      const recipients = [{ no, ...grant }]
      if (place !== undefined)
        this.#changes.append({ kind: 'queued', no, seq, ...grant, packetId: 0, released: false })
      else if (content !== undefined) {
        // It was for sessions that end with their connections, and was not stored.
        const stored = {
          kind: 'message',
          seq,
          qos,
          retain: false,
          expiresAt,
          ...content,
          recipients
        } as const
        const newPlace = this.#changes.append(stored)
        if (newPlace !== undefined) this.#messages.move(message, newPlace)
        undo = () => this.#messages.move(message, undefined)
      }
    }
    this.enqueue(session, message, grant)
    return undo
  }

  /** A QoS 1 or 2 message from the queue is sent. Its session holds it until it is done. */
  sent(session: Session, { message, grant }: Delivery, packetId: number): void {
    session.inFlight.set(packetId, { message, grant, released: false })
    if (session.no === 0) return
    this.#changes.append({ kind: 'sent', no: session.no, seq: message.seq, packetId })
    if (grant.qos === 2) this.#unwritten.add(session)
  }

  /**
   * A QoS 1 or 2 message is sent that was in no queue. It is kept where it may be sent again: by a session that outlives its
   * connection, or by another member of a group.
   */
  sentAtOnce(session: Session, { message, grant }: Delivery, packetId: number): void {
    this.#messages.hold(message)
    if ((session.no > 0 || grant.shared !== undefined) && message.place === undefined)
      this.#messages.keep(message)
    this.sent(session, { message, grant }, packetId)
  }

  /** The same for a retained message, which the journal does not know as one of this session. */
  sentRetained(session: Session, { message, grant }: Delivery, packetId: number): void {
    this.#messages.hold(message)
    session.inFlight.set(packetId, { message, grant, released: false })
    const { no } = session
    if (no === 0) return
    this.#changes.append({ kind: 'queued', no, seq: message.seq, ...grant, packetId, released: false })
    if (grant.qos === 2) this.#unwritten.add(session)
  }

  /** The client has a QoS 2 message; from now on only its identifier is exchanged. */
  released(session: Session, packetId: number, inFlight: InFlight): void {
    inFlight.released = true
    if (session.no > 0) this.#changes.append({ kind: 'released', no: session.no, packetId })
  }

  /**
   * A session has the message for good, or will never get it. It is in no queue any more.
   * @param packetId under which it was sent; 0: it was not
   */
  done({ no }: Session, message: BrokerMessage, packetId: number): void {
    this.#messages.release(message)
    if (no > 0) this.#changes.append({ kind: 'done', no, seq: message.seq, packetId })
  }

  /** A QoS 2 message came from the session's client. */
  received(session: Session, packetId: number): void {
    session.incoming.add(packetId)
    if (session.no > 0) this.#changes.append({ kind: 'received', no: session.no, packetId })
  }

  /** The session's client may use this identifier for another QoS 2 message. */
  freed(session: Session, packetId: number): void {
    if (session.incoming.delete(packetId) && session.no > 0)
      this.#changes.append({ kind: 'freed', no: session.no, packetId })
  }

  /** What was noted is written, or cannot be. */
  committed(isStored: boolean): void {
    if (this.#unwritten.size === 0) return
    if (!isStored) for (const { client } of this.#unwritten) client?.cut()
    this.#unwritten.clear()
  }
}
