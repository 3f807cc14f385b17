import type { Grant } from '../store/facts.js'
import type { BrokerMessage } from './broker-message.js'

/** A message on its way to one session. */
export interface Delivery {
  readonly message: BrokerMessage
  readonly grant: Grant
}

/** Below so many taken entries an array is not worth copying. */
const WORTH_COPYING = 1024

/** What waits for one session, oldest first. Two arrays, because ten thousand sessions may wait for the same messages. */
export class DeliveryQueue {
  #messages: BrokerMessage[] = []
  #grants: Grant[] = []
  #head = 0
  /** What its messages take, in bytes. */
  bytes = 0

  get length(): number {
    return this.#messages.length - this.#head
  }

  get first(): Delivery | undefined {
    const message = this.#messages[this.#head]
    const grant = this.#grants[this.#head]
    return message === undefined || grant === undefined ? undefined : { message, grant }
  }

  push(message: BrokerMessage, grant: Grant): void {
    this.#messages.push(message)
    this.#grants.push(grant)
    this.bytes += message.size
  }

  shift(): Delivery | undefined {
    const first = this.first
    if (first === undefined) return undefined
    this.#head++
    this.bytes -= first.message.size
    if (this.#head === this.#messages.length) this.#replace([], [])
    else if (this.#head > WORTH_COPYING && this.#head * 2 > this.#messages.length)
      this.#replace(this.#messages.slice(this.#head), this.#grants.slice(this.#head))
    return first
  }

  /** Takes out the message with this number, which mostly is the first. */
  take(seq: number): Delivery | undefined {
    if (this.#messages[this.#head]?.seq === seq) return this.shift()
    const at = this.#messages.findIndex((message, index) => index >= this.#head && message.seq === seq)
    const message = this.#messages[at]
    const grant = this.#grants[at]
    if (message === undefined || grant === undefined) return undefined
    this.#messages.splice(at, 1)
    this.#grants.splice(at, 1)
    this.bytes -= message.size
    return { message, grant }
  }

  /** Takes out all messages of which this is true. */
  takeAll(isWanted: (message: BrokerMessage) => boolean): Delivery[] {
    const taken: Delivery[] = []
    for (let left = this.length; left > 0; left--) {
      const delivery = this.shift()
      if (delivery === undefined) break
      if (isWanted(delivery.message)) taken.push(delivery)
      else this.push(delivery.message, delivery.grant)
    }
    return taken
  }

  *[Symbol.iterator](): Generator<Delivery> {
    for (let at = this.#head; at < this.#messages.length; at++) {
      const message = this.#messages[at]
      const grant = this.#grants[at]
      if (message !== undefined && grant !== undefined) yield { message, grant }
    }
  }

  #replace(messages: BrokerMessage[], grants: Grant[]): void {
    this.#messages = messages
    this.#grants = grants
    this.#head = 0
  }
}
