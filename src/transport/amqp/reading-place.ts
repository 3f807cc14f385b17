import type { HistoryPosition } from '../../core/connection.js'
import type { Message } from '../../core/message.js'
import type { ConsumeRequest } from './queue-methods.js'

/** Where the reading of one queue is, over any number of network connections. Only a stream has places. */
export class ReadingPlace {
  /** False once it is known that the queue is no stream. */
  mayBeStream: boolean
  #from: ConsumeRequest['from']

  /**
   * @param from where the user wants to begin
   * @param mayBeStream the queue is one of others, which may be a stream
   */
  constructor(from: HistoryPosition | undefined, mayBeStream: boolean) {
    this.#from = typeof from === 'object' && 'last' in from ? undefined : from
    this.mayBeStream = mayBeStream
  }

  /** Where the next consumer begins. */
  get from(): ConsumeRequest['from'] {
    return this.#from
  }

  /** Whether only what comes from now on is read. */
  get isAtEnd(): boolean {
    return this.#from === undefined || this.#from === 'latest'
  }

  /** Who looks at a stream sees all of it. */
  lookAtAll(): void {
    this.#from ??= 'beginning'
  }

  /** The messages of another queue have claimed to be of a stream. */
  noteNoStream(): void {
    this.mayBeStream = false
    this.#from = undefined
  }

  /** Whoever reads a stream from now on has begun with its first message, and goes on from there after a loss. */
  came({ amqp }: Message): void {
    if (this.mayBeStream && amqp?.offset !== undefined && this.isAtEnd) this.#from = { offset: amqp.offset }
  }

  /** Returns the offset of the message, if it is one of a stream. */
  taken({ amqp }: Message): number | undefined {
    const offset = this.mayBeStream ? amqp?.offset : undefined
    if (offset !== undefined) this.#from = { offset: offset + 1 }
    return offset
  }
}
