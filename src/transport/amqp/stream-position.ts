import type { ConsumeRequest } from './queue-methods.js'

/**
 * Where the consumers of one queue are in its history, one after the other. A queue that is no stream has none, and the offset of its
 * messages says only what their publisher has written. RabbitMQ takes a consumer that begins at a position for streams alone.
 */
export class StreamPosition {
  /** Whether the queue has a history: it gives nothing away, and only acknowledgements make it send more. */
  isStream = false
  readonly #from: ConsumeRequest['from']
  readonly #mayBeStream: boolean
  readonly #onGap: (first: number, next: number) => void
  /** The offset behind the last message; `undefined` before the first message that has one. */
  #next: number | undefined
  /** The number of the first consumer that was asked for with a position. */
  #firstPlaced: number | undefined

  /**
   * @param from where the first consumer begins
   * @param mayBeStream nobody knows that the queue is no stream
   * @param onGap called when a stream has left out offsets: from `first` to before `next`
   */
  constructor(
    from: ConsumeRequest['from'],
    mayBeStream: boolean,
    onGap: (first: number, next: number) => void
  ) {
    this.#from = from
    this.#mayBeStream = mayBeStream
    this.#onGap = onGap
  }

  /** Where the consumer with this number begins. */
  startOf(consumer: number): ConsumeRequest['from'] {
    const from = this.#next === undefined ? this.#from : { offset: this.#next }
    if (from !== undefined) this.#firstPlaced ??= consumer
    return from
  }

  /**
   * Notes that a message has come. Returns false for a message of a stream that the consumer before this one has got, too.
   * @param consumerOf the number of the consumer that got it
   */
  pass(offset: number | undefined, consumerOf: () => number): boolean {
    if (!this.#mayBeStream || offset === undefined) return true
    const isPlaced = this.#firstPlaced !== undefined && consumerOf() >= this.#firstPlaced
    this.isStream ||= isPlaced
    if (isPlaced && this.#next !== undefined && offset < this.#next) return false
    const expected = this.#expected
    if (isPlaced && expected !== undefined && offset > expected) this.#onGap(expected, offset)
    this.#next = offset + 1
    return true
  }

  /** The offset that a stream without gaps gives next; `undefined` where nobody knows it. */
  get #expected(): number | undefined {
    if (this.#next !== undefined) return this.#next
    return typeof this.#from === 'object' && 'offset' in this.#from ? this.#from.offset : undefined
  }
}
