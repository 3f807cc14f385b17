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
  /** Where one was taken out of the middle, nothing is. */
  #messages: (BrokerMessage | undefined)[] = []
  #grants: Grant[] = []
  /** Where the first one is. */
  #head = 0
  #holes = 0
  /** Where the last search ended: mostly the next one ends behind it. */
  #found = 0
  /** What its messages take, in bytes. */
  bytes = 0

  get length(): number {
    return this.#messages.length - this.#head - this.#holes
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
    this.bytes -= first.message.size
    this.#leaveFirst()
    return first
  }

  #leaveFirst(): void {
    this.#head++
    while (this.#holes > 0 && this.#messages[this.#head] === undefined) {
      this.#head++
      this.#holes--
    }
    if (this.#head === this.#messages.length) this.#replace([], [])
    else if (this.#head > WORTH_COPYING && this.#head * 2 > this.#messages.length)
      this.#replace(this.#messages.slice(this.#head), this.#grants.slice(this.#head))
  }

  /** Takes out the message with this number, which mostly is the first, or the next one behind the last that was taken out. */
  take(seq: number): Delivery | undefined {
    if (this.#messages[this.#head]?.seq === seq) return this.shift()
    const at = this.#indexOf(seq)
    const message = this.#messages[at]
    const grant = this.#grants[at]
    if (message === undefined || grant === undefined) return undefined
    this.#found = at
    this.#messages[at] = undefined
    this.#holes++
    this.bytes -= message.size
    return { message, grant }
  }

  #indexOf(seq: number): number {
    const messages = this.#messages
    const start = Math.max(this.#found, this.#head)
    for (let at = start; at < messages.length; at++) if (messages[at]?.seq === seq) return at
    for (let at = this.#head; at < start; at++) if (messages[at]?.seq === seq) return at
    return -1
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

  #replace(messages: (BrokerMessage | undefined)[], grants: Grant[]): void {
    this.#messages = messages
    this.#grants = grants
    this.#found = Math.max(0, this.#found - this.#head)
    this.#head = 0
  }
}
