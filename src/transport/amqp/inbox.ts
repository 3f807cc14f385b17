import type { Receipt, Receiver } from '../../core/connection.js'
import type { Message } from '../../core/message.js'
import type { ReceiverRoutes } from '../exchange/receiver-routes.js'

/** Where deliveries come from: one queue over one network connection. */
export interface DeliverySource {
  readonly routes: ReceiverRoutes
  /** These messages were taken, in the order of their delivery; `last` is the last one, with its delivery tag. */
  taken(count: number, tag: number, last: Message): void
  /** This message is given up. */
  letGo(tag: number, message: Message): void
}

interface Waiting {
  readonly messages: readonly Message[]
  readonly tags: readonly number[]
}

/** Consecutive messages of one source for one receiver. */
interface Batch extends Waiting {
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
  /** What is not handed out, of sources that have ended. */
  readonly #held = new Map<DeliverySource, Waiting>()
  readonly #forgotten = new WeakSet<DeliverySource>()
  /** The source of the batch that a receiver handles. */
  #handled: DeliverySource | undefined
  #onEmptied: (() => void)[] = []
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

  /** This source has ended, and nobody knows yet whether the broker delivers again what waits of it. Nothing of it is handed out. */
  hold(source: DeliverySource): void {
    const isOf = (_: unknown, at: number) => this.#sources[at] === source
    const isOther = (_: unknown, at: number) => this.#sources[at] !== source
    this.#held.set(source, { messages: this.#messages.filter(isOf), tags: this.#tags.filter(isOf) })
    this.#messages = this.#messages.filter(isOther)
    this.#tags = this.#tags.filter(isOther)
    this.#sources = this.#sources.filter(isOther)
  }

  /** The broker delivers again what is held of this source. */
  forget(source: DeliverySource): void {
    this.#held.delete(source)
    this.#forgotten.add(source)
  }

  /** The broker does not deliver again what is held of this source. Resolves when the receivers have taken all of it. */
  async release(source: DeliverySource): Promise<void> {
    const held = this.#held.get(source)
    this.#held.delete(source)
    if (held !== undefined) this.#putFirst(held, source)
    this.deliver()
    while (this.#handled === source || this.#sources.includes(source))
      await new Promise<void>((resolve) => this.#onEmptied.push(resolve))
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
    this.#handled = batch.source
    this.#delivering = receipt.then(
      (verdict) => {
        this.#delivering = undefined
        this.#handled = undefined
        this.#settle(batch, verdict)
        this.deliver()
        for (const resolve of this.#onEmptied.splice(0)) resolve()
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
    if (this.#forgotten.has(source)) return
    const rest = { messages: messages.slice(done + 1), tags: tags.slice(done + 1) }
    const held = this.#held.get(source)
    if (held === undefined) this.#putFirst(rest, source)
    else this.#held.set(source, joined(rest, held))
  }

  #putFirst(waiting: Waiting, source: DeliverySource): void {
    const { messages, tags } = joined(waiting, { messages: this.#messages, tags: this.#tags })
    this.#isMixed = true
    this.#messages = messages
    this.#tags = tags
    this.#sources = [...waiting.messages.map(() => source), ...this.#sources]
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

const joined = (first: Waiting, then: Waiting) => ({
  messages: [...first.messages, ...then.messages],
  tags: [...first.tags, ...then.tags]
})
