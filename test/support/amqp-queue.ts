import type { Content } from './amqp-content.js'
import { fieldOf, numberOf, type Table, textOf } from './amqp-fields.js'

/** A message in a queue. */
export interface StoredMessage {
  /** Grows with each message of the queue: where a message that is given back belongs, and the offset in a stream. */
  readonly position: number
  readonly exchange: string
  readonly routingKey: string
  readonly content: Content
  redelivered: boolean
}

/** Who reads a queue. */
export interface QueueReader {
  /** Whether it takes a message now. */
  hasRoom(): boolean
  take(message: StoredMessage): void
  /** Its next position in a stream. */
  offset: number
}

export interface QueueSettings {
  readonly durable: boolean
  readonly autoDelete: boolean
  readonly exclusive: boolean
  readonly arguments: Table
}

/** A queue in memory. A stream keeps what it delivers, any other queue gives it away. */
export class FakeQueue {
  readonly name: string
  readonly settings: QueueSettings
  /** Who has declared it for itself alone. */
  readonly owner: object | undefined
  readonly readers: QueueReader[] = []
  ready: StoredMessage[] = []
  /** The first position that a stream still has. */
  #first = 0
  #positions = 0
  #isDelivering = false

  constructor(name: string, settings: QueueSettings, owner: object | undefined) {
    this.name = name
    this.settings = settings
    this.owner = owner
  }

  get isStream(): boolean {
    return textOf(fieldOf(this.settings.arguments, 'x-queue-type')) === 'stream'
  }

  put(exchange: string, routingKey: string, content: Content): void {
    this.ready.push({ position: this.#positions++, exchange, routingKey, content, redelivered: false })
    this.deliver()
  }

  /** Removes the oldest messages of a stream, as RabbitMQ does at a limit: who asks for one of them begins with the first one that is there. */
  removeBefore(position: number): void {
    this.#first = position
  }

  /** Takes a message back into the place that it had. */
  giveBack(message: StoredMessage): void {
    if (this.isStream) return
    message.redelivered = true
    const index = this.ready.findIndex(({ position }) => position > message.position)
    this.ready.splice(index < 0 ? this.ready.length : index, 0, message)
  }

  /** Delivers to readers that have room, by turns. */
  deliver(): void {
    // A reader's own answer may come here again.
    if (this.#isDelivering) return
    this.#isDelivering = true
    while (this.isStream ? this.#deliverOneOfStream() : this.#deliverOne());
    this.#isDelivering = false
  }

  #deliverOne(): boolean {
    const index = this.readers.findIndex((reader) => reader.hasRoom())
    const reader = this.readers[index]
    const message = reader && this.ready.shift()
    if (reader === undefined || message === undefined) return false
    this.readers.push(...this.readers.splice(index, 1))
    reader.take(message)
    return true
  }

  #deliverOneOfStream(): boolean {
    for (const reader of this.readers) {
      reader.offset = Math.max(reader.offset, this.#first)
      const message = this.ready[reader.offset]
      if (message === undefined || !reader.hasRoom()) continue
      reader.offset++
      reader.take(message)
      return true
    }
    return false
  }

  /** Where a reader of a stream begins that asks for this `x-stream-offset`; "next" if it asks for nothing. */
  offsetFor(args: Table): number {
    const asked = fieldOf(args, 'x-stream-offset')
    const word = textOf(asked) ?? 'next'
    if (asked?.type === 'T') {
      const index = this.ready.findIndex(
        ({ content }) => (content.properties.timestamp ?? asked.value) >= asked.value
      )
      return index < 0 ? this.ready.length : index
    }
    const number = numberOf(asked)
    if (number !== undefined) return number
    if (word === 'first') return 0
    return word === 'last' ? Math.max(0, this.ready.length - 1) : this.ready.length
  }
}
