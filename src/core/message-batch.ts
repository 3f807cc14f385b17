import { splitKeyedLine } from './keyed-line.js'
import { type Guarantee, type Message, type MessageFacts, messageOf } from './message.js'
import { viewOf } from './utf8.js'

/** Messages that are handed over together: an array of them, a `UniformBatch` or a `KeyedBatch`. */
export interface MessageBatch extends Iterable<Message> {
  readonly length: number
  /** Bytes of payloads and of what lies between them, where messages are made only when somebody asks for them; undefined for an array. */
  readonly size?: number
  /** The message at an index from 0; undefined behind the last one. */
  at(index: number): Message | undefined
  slice(start: number, end: number): MessageBatch
}

/**
 * Messages that differ only in their payloads, which lie behind each other. Each message is made when somebody asks for it: a million
 * messages that nobody asks for cost no memory.
 */
export class UniformBatch implements MessageBatch {
  readonly #first: number
  readonly length: number

  /**
   * @param bytes holds the payloads. They must stay untouched
   * @param bounds where each payload begins in `bytes`, and at last one behind the end of the last one. One byte lies between two payloads
   * @param first the index in `bounds` of the first message
   */
  constructor(
    readonly channel: string,
    readonly facts: MessageFacts,
    readonly bytes: Uint8Array,
    readonly bounds: readonly number[],
    first = 0,
    last = bounds.length - 1
  ) {
    this.#first = first
    this.length = last - first
  }

  /** Bytes of all payloads, and of what lies between them. */
  get size(): number {
    return this.startOf(this.length) - this.startOf(0)
  }

  /** Where the payload of a message begins in `bytes`. That of the next one begins one byte behind its end. */
  startOf(index: number): number {
    return this.bounds[this.#first + index] as number
  }

  at(index: number): Message | undefined {
    if (index < 0 || index >= this.length) return undefined
    const payload = viewOf(this.bytes, this.startOf(index), this.startOf(index + 1) - 1)
    return messageOf(this.channel, payload, this.facts)
  }

  slice(start: number, end: number): UniformBatch {
    const last = Math.min(end, this.length)
    const { channel, facts, bytes, bounds } = this
    return new UniformBatch(
      channel,
      facts,
      bytes,
      bounds,
      this.#first + Math.min(start, last),
      this.#first + last
    )
  }

  *[Symbol.iterator](): Iterator<Message> {
    for (let index = 0; index < this.length; index++) yield this.at(index) as Message
  }
}

/** Lines of key and payload, each of which becomes a message when somebody asks for it. Nothing else is different between them. */
export class KeyedBatch implements MessageBatch {
  readonly #lines: UniformBatch

  /** @param delimiter what stands between key and payload */
  constructor(
    lines: UniformBatch,
    readonly delimiter: Uint8Array
  ) {
    this.#lines = lines
  }

  get length(): number {
    return this.#lines.length
  }

  get size(): number {
    return this.#lines.size
  }

  at(index: number): Message | undefined {
    const line = this.#lines.at(index)
    if (line === undefined || line.payload === null) return undefined
    const { channel, facts } = this.#lines
    const { key, payload } = splitKeyedLine(line.payload, this.delimiter)
    return key === undefined ? messageOf(channel, payload, facts) : { channel, payload, ...facts, key }
  }

  slice(start: number, end: number): KeyedBatch {
    return new KeyedBatch(this.#lines.slice(start, end), this.delimiter)
  }

  *[Symbol.iterator](): Iterator<Message> {
    for (let index = 0; index < this.length; index++) yield this.at(index) as Message
  }
}

/** Whether one of the messages asks for this guarantee. */
export function hasGuarantee(batch: MessageBatch, guarantee: Guarantee): boolean {
  if (batch instanceof UniformBatch) return batch.facts.guarantee === guarantee
  for (const message of batch) if (message.guarantee === guarantee) return true
  return false
}
