import type { Receipt, Receiver } from '../../../core/connection.js'
import { isRetained, type Message } from '../../../core/message.js'
import { ReceiverRoutes } from '../../exchange/receiver-routes.js'
import { mqttGrammar } from '../channel-grammar.js'
import {
  acknowledge,
  acknowledgeOne,
  countMarks,
  detached,
  idOf,
  isDeliveredBefore,
  isNewExactlyOnce,
  type Mark,
  markOf,
  markOfRepetition,
  unlessDetached
} from './acknowledgement-mark.js'
import type { PacketWriter } from './packet-writer.js'
import { SubscriptionIdentifiers } from './subscription-identifiers.js'

/** Consecutive messages for one receiver, with the mark of each. */
interface Delivery {
  readonly messages: readonly Message[]
  readonly marks: readonly Mark[]
  readonly writer: PacketWriter | undefined
}

/**
 * Received messages on their way to the receivers: delivered in batches, one per tick, and acknowledged in one write once
 * the receiver has settled. Remembers the QoS 2 messages that the broker has not released [MQTT-4.3.3-10], so that each is
 * delivered once, also over network connections of one session.
 */
export class Inbox {
  readonly #onFailed: (error: unknown) => void
  readonly #onChange: () => void
  readonly #routes = new ReceiverRoutes(mqttGrammar)
  readonly identifiers = new SubscriptionIdentifiers()
  #messages: Message[] = []
  /** One for each message, in order, and one for each acknowledgement that has no message. */
  #marks: Mark[] = []
  #writer: PacketWriter | undefined
  readonly #unreleased = new Uint8Array(0x1_0000)
  /** Settles when the batch that a receiver handles is acknowledged. */
  #delivering: Promise<void> | undefined
  #scheduled = false
  #gathering = false
  /** What is retained is asked for at QoS 0, apart from what is published from now on. */
  isRetainedApart = false
  #stopped = false

  /** @param onChange called when `blocked` may have changed */
  constructor(onFailed: (error: unknown) => void, onChange: () => void) {
    this.#onFailed = onFailed
    this.#onChange = onChange
  }

  /** Whether nothing more may be read: a receiver is busy, or there is none for the messages that wait. */
  get blocked(): boolean {
    return this.#delivering !== undefined || (this.#messages.length > 0 && this.#routes.isEmpty)
  }

  /** Resolves when the batch that receivers handle now is acknowledged. */
  async settled(): Promise<void> {
    await this.#delivering
  }

  /** Adds a receiver of what these patterns match; the first one also gets what no pattern matches. */
  addReceiver(receiver: Receiver, patterns: readonly string[]): void {
    const isFirst = this.#routes.isEmpty
    this.#routes.add(receiver, patterns)
    if (isFirst) this.#pickWaiting()
    this.#schedule()
  }

  /** What a session sends before anybody has subscribed: only now it is known which copy counts. */
  #pickWaiting(): void {
    const [marks, messages] = [this.#marks, this.#messages]
    this.#marks = []
    this.#messages = []
    let at = 0
    for (const mark of marks) {
      const message = isDeliveredBefore(mark) ? undefined : messages[at++]
      if (message === undefined) this.#marks.push(mark)
      else this.#take(message, mark, this.#writer)
    }
  }

  /** Lets a message wait for its receiver, unless another copy of it counts, which is acknowledged by itself. */
  #take(message: Message, mark: Mark, writer: PacketWriter | undefined): void {
    const picked = this.#routes.isEmpty ? message : this.identifiers.pick(message)
    if (picked === undefined) {
      acknowledgeOne(mark, writer)
      return
    }
    this.#marks.push(mark)
    this.#messages.push(this.isRetainedApart && isRetained(picked) ? withoutAskedGuarantee(picked) : picked)
  }

  /** Whether messages wait although a receiver could take them. */
  gather(isWanted: boolean): void {
    this.#gathering = isWanted
    this.#schedule()
  }

  removeReceiver(receiver: Receiver): void {
    this.#routes.remove(receiver)
    this.#onChange()
  }

  add(message: Message, id: number, writer: PacketWriter): void {
    if (this.#stopped) return
    this.#writer = writer
    if (message.guarantee === 2) {
      if (this.#unreleased[id] === 1) {
        this.#takeAgain(id)
        return
      }
      this.#unreleased[id] = 1
    }
    this.#take(message, markOf(message, id), writer)
    this.#schedule()
  }

  /** The broker will not send this QoS 2 message again. Returns whether it was known. */
  release(id: number): boolean {
    const known = this.#unreleased[id] === 1
    this.#unreleased[id] = 0
    return known
  }

  /** The broker has no session of ours, so its packet identifiers start again. */
  forgetSession(): void {
    this.#unreleased.fill(0)
    this.#marks = this.#marks.map(unlessDetached)
  }

  /**
   * The network connection is gone. Waiting messages are still delivered, but they are acknowledged only when the broker sends them again.
   */
  disconnect(): void {
    this.#marks = this.#marks.filter((mark) => !isDeliveredBefore(mark)).map(detached)
  }

  /**
   * A QoS 2 message came again. If it still waits, it belongs to the new connection from now on. Otherwise it was delivered before, and
   * only its acknowledgement is due.
   */
  #takeAgain(id: number): void {
    const mark = markOf({ guarantee: 2 }, id)
    const waiting = this.#marks.indexOf(detached(mark))
    if (waiting < 0) this.#marks.push(markOfRepetition(id))
    else this.#marks[waiting] = mark
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled || this.#delivering || this.#gathering || this.#routes.isEmpty) return
    this.#scheduled = true
    // Several chunks of one tick (WebSocket frames, TLS records) make one batch.
    process.nextTick(this.#deliver)
  }

  readonly #deliver = (): void => {
    this.#scheduled = false
    if (this.#delivering || this.#gathering || this.#stopped || this.#marks.length === 0) return
    const { delivery, receive } = this.#next()
    let settled: Receipt | Promise<Receipt>
    try {
      settled = delivery.messages.length > 0 ? receive(delivery.messages) : undefined
    } catch (error) {
      this.#fail(error)
      return
    }
    if (settled instanceof Promise) {
      this.#delivering = settled.then(
        (receipt) => this.#delivered(delivery, receipt),
        (error: unknown) => this.#fail(error)
      )
      this.#onChange()
    } else {
      this.#delivered(delivery, settled)
    }
  }

  /** Takes from the queue what goes to the same receivers in one batch. */
  #next(): { delivery: Delivery; receive: Receiver } {
    const { length, receive } = this.#routes.next(this.#messages)
    const messages = this.#messages
    const marks = this.#marks
    const writer = this.#writer
    if (length === messages.length) {
      this.#messages = []
      this.#marks = []
      return { delivery: { messages, marks, writer }, receive }
    }
    const cut = countMarks(length, marks)
    this.#messages = messages.slice(length)
    this.#marks = marks.slice(cut)
    return { delivery: { messages: messages.slice(0, length), marks: marks.slice(0, cut), writer }, receive }
  }

  #delivered(delivery: Delivery, receipt: Receipt): void {
    this.#delivering = undefined
    const { marks, writer } = delivery
    if (receipt === undefined) acknowledge(marks, writer)
    else {
      const done = Math.min(receipt.done + (receipt.next === 'let-go' ? 1 : 0), delivery.messages.length)
      const cut = countMarks(done, marks)
      acknowledge(marks.slice(0, cut), writer)
      if (receipt.next === 'stop') this.#stopBefore(marks.slice(cut), writer)
      else this.#putBack(delivery, done, cut)
    }
    if (this.#marks.length > 0) this.#schedule()
    this.#onChange()
  }

  /**
   * The receiver wants no more. The messages that it did not take stay with the broker, which may send them to another connection of the
   * session. The messages that it took before, and that came again since, are still acknowledged.
   */
  #stopBefore(left: readonly Mark[], writer: PacketWriter | undefined): void {
    for (const mark of [...left, ...this.#marks]) if (isNewExactlyOnce(mark)) this.#unreleased[idOf(mark)] = 0
    const isTaken = (mark: Mark) => isDeliveredBefore(mark) && this.#unreleased[idOf(mark)] === 1
    acknowledge(left.filter(isTaken), writer)
    acknowledge(this.#marks.filter(isTaken), this.#writer)
    this.#stop()
  }

  /** The messages behind one that was let go are delivered again, before all others. */
  #putBack({ messages, marks, writer }: Delivery, done: number, cut: number): void {
    const left = marks.slice(cut)
    this.#messages = [...messages.slice(done), ...this.#messages]
    this.#marks = [...(writer?.lost ? left.map(detached) : left), ...this.#marks]
  }

  #stop(): void {
    this.#stopped = true
    this.#messages = []
    this.#marks = []
  }

  #fail(error: unknown): void {
    this.#delivering = undefined
    this.#stop()
    this.#onFailed(error)
    this.#onChange()
  }
}

/** QoS 0 is what was asked for, and says nothing of the publisher: whoever publishes the message again must not go below what it had. */
function withoutAskedGuarantee(message: Message): Message {
  return message.guarantee === 0 ? { ...message, guarantee: undefined } : message
}
