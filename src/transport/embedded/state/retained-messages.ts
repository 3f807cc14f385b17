import type { BrokerLimits } from '../broker-limits.js'
import type { BrokerMessage } from './broker-message.js'
import { TopicTree } from './topic-tree.js'

/** The last retained message of each channel. */
export class RetainedMessages {
  readonly #messages = new TopicTree<BrokerMessage>()
  readonly #limits: BrokerLimits
  #bytes = 0

  constructor(limits: BrokerLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#messages.size
  }

  get(topic: string): BrokerMessage | undefined {
    return this.#messages.get(topic)
  }

  /** Whether there is room for one more message of this size. */
  fits(topic: string, bytes: number): boolean {
    if (this.#bytes + bytes > this.#limits.retainedBytes) return false
    return this.count < this.#limits.retainedMessages || this.#messages.get(topic) !== undefined
  }

  /** @returns the message that it replaces */
  set(topic: string, message: BrokerMessage | undefined): BrokerMessage | undefined {
    const before = this.#messages.get(topic)
    if (before !== undefined) this.#bytes -= before.size
    if (message === undefined) this.#messages.delete(topic)
    else {
      this.#messages.set(topic, message)
      this.#bytes += message.size
    }
    return before
  }

  /** Those of a filter with their channels; `undefined` for each channel that is only passed. */
  matching(filter: string): Generator<[topic: string, message: BrokerMessage | undefined]> {
    return this.#messages.topicsOf(filter)
  }

  /** All of them with their channels. */
  entries(): Generator<[topic: string, message: BrokerMessage]> {
    return this.#messages.entries()
  }
}
