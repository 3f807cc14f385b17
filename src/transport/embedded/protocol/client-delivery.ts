import { type BrokerMessage, hasExpired } from '../state/broker-message.js'
import type { BrokerState } from '../state/broker-state.js'
import type { Delivery } from '../state/delivery-queue.js'
import type { Session } from '../state/session.js'
import type { Content } from '../store/facts.js'
import type { Delivering, PacketOutput } from './packet-output.js'
import { PUBREL } from './packet-types.js'

/** From so many waiting messages or bytes on, publishers wait for a client that reads. */
const MANY = 4096
const MANY_BYTES = 4 * 1024 * 1024
/** Messages that are sent before others have their turn: a thousand clients may come back at once. */
const TURN = 64

/** Milliseconds after which the disk is tried again where the system could not read it, for want of file descriptors, say. */
const READ_AGAIN = 200

/** Retained messages that a new subscription asks for; `undefined`: nothing to send, and more to look at. */
export type RetainedSource = Generator<Delivery | undefined>

/** Sends one client the messages of its session, as fast as it reads and acknowledges. */
export class ClientDelivery {
  readonly #state: BrokerState
  readonly #session: Session
  readonly #output: PacketOutput
  readonly #window: number
  /** Asks for another `pump`, when others have had their turn. */
  readonly #again: () => void
  /** By the filters of their subscriptions. */
  readonly #retained = new Map<string, RetainedSource>()
  /**
   * Messages that are in flight and still to be sent, oldest first, by their identifiers: those of an earlier connection, and those that
   * could not be read. Whether they were sent before.
   */
  readonly #unsent = new Map<number, boolean>()
  /** A message could not be read just now. It is tried again. */
  #isBlocked = false
  /** It does not read or acknowledge: nobody waits for it, and QoS 0 messages beyond the queue's mark are not kept for it. */
  isStalled = false
  /** Milliseconds on the process's clock at which the client last took what was written to it. */
  progressAt = performance.now()

  constructor(state: BrokerState, session: Session, output: PacketOutput, window: number, again: () => void) {
    this.#state = state
    this.#session = session
    this.#output = output
    this.#window = window
    this.#again = again
  }

  /** Whether so much waits that publishers ought to wait as well. */
  get isCongested(): boolean {
    const { queue } = this.#session
    return queue.length > MANY || queue.bytes > MANY_BYTES
  }

  get #isWaiting(): boolean {
    return this.#mustQueue || this.#output.backlog > 0
  }

  /** Whether a message would be sent at once. */
  get takesMore(): boolean {
    const isBusy = this.#mustQueue || this.#output.isFull
    return !isBusy && this.#session.inFlight.size < this.#window
  }

  /** A message was published for this session: sends it, or puts it behind what waits. */
  offer(delivery: Delivery): void {
    const { message, grant } = delivery
    const { inFlight } = this.#session
    const mustWait = this.#mustQueue || this.#output.isFull
    if (!mustWait && grant.qos === 0) this.#publish(delivery, 0, false)
    else if (!mustWait && inFlight.size < this.#window) {
      const packetId = this.#session.freeId()
      this.#state.exchanges.sentAtOnce(this.#session, delivery, packetId)
      if (!this.#publish(delivery, packetId, false)) this.#giveUp(packetId)
    } else if (grant.qos === 0 && !this.#takesQos0(message)) this.#state.dropped++
    else this.#state.exchanges.enqueue(this.#session, message, grant)
  }

  /** Whether a QoS 0 message may wait. Whether one of QoS 1 or 2 may, was decided before the message was acknowledged. */
  #takesQos0(message: BrokerMessage): boolean {
    return !(this.isStalled && this.isCongested) && this.#state.exchanges.hasRoom(this.#session, message)
  }

  /** Sends again what the client has not acknowledged, in its order [MQTT-4.4.0-1], and as much at once as it takes [MQTT-4.9.0-2]. */
  resume(): void {
    for (const [packetId, { released }] of this.#session.inFlight) {
      if (released) this.#output.acknowledge(PUBREL, packetId)
      else this.#unsent.set(packetId, true)
    }
    this.pump()
  }

  /** The retained messages of a subscription follow. What is left of an earlier subscription of the same filter is part of them. */
  addRetained(filter: string, source: RetainedSource): void {
    this.#retained.delete(filter)
    this.#retained.set(filter, source)
  }

  /** Sends what waits. */
  pump(): void {
    for (let left = TURN; left > 0; left--) {
      if (this.#output.isFull || !this.#isWaiting || this.#isBlocked) return
      const [retained] = this.#retained
      if (this.#unsent.size > 0) {
        if (!this.#resendNext()) return
      } else if (retained === undefined ? !this.#sendNext() : !this.#sendRetained(...retained)) return
    }
    this.#again()
  }

  /** The client has a message for good. False: it had none under this identifier. */
  acknowledged(packetId: number): boolean {
    const inFlight = this.#session.inFlight.get(packetId)
    if (inFlight === undefined) return false
    this.progressAt = performance.now()
    this.#giveUp(packetId)
    return true
  }

  get #mustQueue(): boolean {
    return this.#session.queue.length > 0 || this.#retained.size > 0 || this.#unsent.size > 0
  }

  /** False: nothing is left to send again, or nothing can be sent before the client acknowledges. */
  #resendNext(): boolean {
    const { inFlight } = this.#session
    const [next] = this.#unsent
    if (next === undefined || inFlight.size - this.#unsent.size >= this.#window) return false
    const [packetId, dup] = next
    const delivery = inFlight.get(packetId)
    const isTaken = delivery === undefined || this.#publish(delivery, packetId, dup)
    if (this.#isBlocked) return false
    this.#unsent.delete(packetId)
    if (!isTaken) this.#giveUp(packetId)
    return true
  }

  /** False: nothing can be sent before the client acknowledges. */
  #sendNext(): boolean {
    const { queue, inFlight } = this.#session
    const first = queue.first
    if (first === undefined) return false
    const isGone = hasExpired(first.message)
    if (!isGone && first.grant.qos > 0 && inFlight.size >= this.#window) return false
    queue.shift()
    if (isGone || first.grant.qos === 0) {
      if (!isGone) this.#publish(first, 0, false)
      if (first.grant.qos > 0) this.#state.exchanges.done(this.#session, first.message, 0)
      else this.#state.messages.release(first.message)
      return true
    }
    const packetId = this.#session.freeId()
    this.#state.exchanges.sent(this.#session, first, packetId)
    if (!this.#publish(first, packetId, false)) this.#giveUp(packetId)
    return true
  }

  #sendRetained(filter: string, source: RetainedSource): boolean {
    if (this.#session.inFlight.size >= this.#window) return false
    const { value, done } = source.next()
    if (done) this.#retained.delete(filter)
    if (!value) return true
    if (value.grant.qos === 0) {
      this.#publish(value, 0, false)
      return true
    }
    const packetId = this.#session.freeId()
    this.#state.exchanges.sentRetained(this.#session, value, packetId)
    if (!this.#publish(value, packetId, false)) this.#giveUp(packetId)
    return true
  }

  /** False: the client does not take it, or it cannot be read any more. Where it cannot be read just now, it is still to be sent. */
  #publish({ message, grant }: Delivery, packetId: number, dup: boolean): boolean {
    let content: Content | undefined
    try {
      content = this.#state.messages.contentOf(message)
    } catch {
      if (packetId > 0) this.#unsent.set(packetId, dup)
      this.#block()
      return true
    }
    if (content === undefined) return false
    const { qos, retain, ids } = grant
    const delivering: Delivering = {
      qos,
      retain,
      ids,
      dup: dup && qos > 0,
      packetId,
      expiresAt: message.expiresAt
    }
    return this.#output.publish(content, delivering)
  }

  #block(): void {
    if (this.#isBlocked) return
    this.#isBlocked = true
    const goOn = () => {
      this.#isBlocked = false
      this.#again()
    }
    setTimeout(goOn, READ_AGAIN).unref()
  }

  #giveUp(packetId: number): void {
    const inFlight = this.#session.inFlight.get(packetId)
    if (inFlight === undefined) return
    this.#session.inFlight.delete(packetId)
    this.#unsent.delete(packetId)
    this.#state.exchanges.done(this.#session, inFlight.message, packetId)
  }
}
