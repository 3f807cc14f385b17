import type { Receipt, Receiver } from '../../core/connection.js'
import type { Message } from '../../core/message.js'
import type { ReceiverRoutes } from '../exchange/receiver-routes.js'

/** Where deliveries come from: one queue over one network connection. */
export interface DeliverySource {
  readonly routes: ReceiverRoutes
  /** These messages were taken, in the order of their delivery; `last` is the last one, with its delivery tag. */
  taken(count: number, tag: number, last: Message): void
  /** The broker delivers again what was not acknowledged. */
  readonly isGone: boolean
  /** This message is given up. */
  letGo(tag: number, message: Message): void
}

/** Consecutive messages of one source for one receiver. */
interface Batch {
  readonly messages: readonly Message[]
  readonly tags: readonly number[]
  readonly source: DeliverySource
}

/**
 * Received messages on their way to the receivers: one batch after the other, in the order of their arrival. Sources learn of messages once
 * their receiver has settled.
 */
export class Inbox {
  readonly #onFailed: (error: unknown) => void
  readonly #onSettled: () => void
  #messages: Message[] = []
  #tags: number[] = []
  #sources: DeliverySource[] = []
  #source: DeliverySource | undefined
  /** Messages of several sources wait. */
  #isMixed = false
  /** Settles when the batch that a receiver handles is acknowledged. */
  #delivering: Promise<void> | undefined
  #isStopped = false

  /** @param onSettled called when a receiver that took its time has settled */
  constructor(onFailed: (error: unknown) => void, onSettled: () => void) {
    this.#onFailed = onFailed
    this.#onSettled = onSettled
  }

  /** Resolves when the batch that a receiver handles now is acknowledged. */
  async settled(): Promise<void> {
    await this.#delivering
  }

  add(message: Message, tag: number, source: DeliverySource): void {
    if (this.#isStopped) return
    if (this.#source !== source) {
      this.#isMixed = this.#messages.length > 0
      this.#source = source
    }
    this.#messages.push(message)
    this.#tags.push(tag)
    this.#sources.push(source)
  }

  /** The broker delivers again what waits of this source. */
  forget(source: DeliverySource): void {
    if (!this.#sources.includes(source)) return
    const isKept = (_: unknown, at: number) => this.#sources[at] !== source
    this.#messages = this.#messages.filter(isKept)
    this.#tags = this.#tags.filter(isKept)
    this.#sources = this.#sources.filter(isKept)
  }

  /** Hands out what has come, unless a receiver is busy. */
  readonly deliver = (): void => {
    while (this.#messages.length > 0 && this.#delivering === undefined && !this.#isStopped) {
      const { batch, receive } = this.#next()
      try {
        const receipt = receive(batch.messages)
        if (receipt instanceof Promise) this.#await(batch, receipt)
        else this.#settle(batch, receipt)
      } catch (error) {
        this.#fail(error)
      }
    }
  }

  #await(batch: Batch, receipt: Promise<Receipt>): void {
    this.#delivering = receipt.then(
      (verdict) => {
        this.#delivering = undefined
        this.#settle(batch, verdict)
        this.deliver()
        this.#onSettled()
      },
      (error: unknown) => this.#fail(error)
    )
  }

  /** Takes out what goes to the same receiver in one batch. */
  #next(): { batch: Batch; receive: Receiver } {
    const [messages, tags, sources] = [this.#messages, this.#tags, this.#sources]
    const [source] = sources
    if (source === undefined) throw new Error('there is no message')
    let end = messages.length
    if (this.#isMixed) {
      const other = sources.findIndex((each) => each !== source)
      if (other >= 0) end = other
    }
    const run = source.routes.next(end === messages.length ? messages : messages.slice(0, end))
    const { length, receive } = run
    if (length === messages.length) {
      this.#messages = []
      this.#tags = []
      this.#sources = []
      this.#isMixed = false
      return { batch: { messages, tags, source }, receive }
    }
    this.#messages = messages.slice(length)
    this.#tags = tags.slice(length)
    this.#sources = sources.slice(length)
    return { batch: { messages: messages.slice(0, length), tags: tags.slice(0, length), source }, receive }
  }

  #settle({ messages, tags, source }: Batch, receipt: Receipt): void {
    const done = receipt === undefined ? messages.length : Math.min(receipt.done, messages.length)
    const last = messages[done - 1]
    if (last !== undefined) source.taken(done, tags[done - 1] as number, last)
    if (receipt === undefined) return
    if (receipt.next === 'stop') {
      this.stop()
      return
    }
    const refused = messages[done]
    if (refused !== undefined) source.letGo(tags[done] as number, refused)
    if (source.isGone) return
    // The messages behind it come first.
    const rest = messages.slice(done + 1)
    this.#isMixed = true
    this.#messages = [...rest, ...this.#messages]
    this.#tags = [...tags.slice(done + 1), ...this.#tags]
    this.#sources = [...rest.map(() => source), ...this.#sources]
  }

  /** Hands out nothing more. */
  stop(): void {
    this.#isStopped = true
    this.#messages = []
    this.#tags = []
    this.#sources = []
  }

  #fail(error: unknown): void {
    this.#delivering = undefined
    this.stop()
    this.#onFailed(error)
  }
}
