import { counted } from '../../core/counted.js'
import type { Inbox } from './inbox.js'
import type { QueueConsumer } from './queue-consumer.js'

/** The last consumer of a queue, while nobody knows whether the broker delivers again what it has brought. */
export class EndedConsumer {
  readonly #inbox: Inbox
  #consumer: QueueConsumer | undefined

  constructor(inbox: Inbox) {
    this.#inbox = inbox
  }

  /** Holds back what the consumer has brought. */
  hold(consumer: QueueConsumer): void {
    this.#consumer = consumer
    this.#inbox.hold(consumer)
  }

  /** The broker delivers it again. */
  forget(): void {
    if (this.#consumer !== undefined) this.#inbox.forget(this.#consumer)
    this.#consumer = undefined
  }

  /**
   * The queue was deleted, so nobody delivers it again: it is shown, which is told. Resolves when the receivers have taken all of it.
   * @param what the queue, in words
   */
  async show(what: string, warn: (text: string) => void): Promise<void> {
    const consumer = this.#consumer
    this.#consumer = undefined
    if (consumer === undefined || consumer.isAtRest) return
    const { held, isBrowsing } = consumer
    const shown = `${counted(held)} that had come ${held === 1 ? 'is' : 'are'} shown`
    warn(`${what} was deleted: ${shown}${isBrowsing ? '' : ', and cannot be acknowledged any more'}`)
    await this.#inbox.release(consumer)
  }
}
