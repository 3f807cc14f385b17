import type { Channel, ChannelError, ChannelTaker } from './channel.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import { replyWords } from './reply-words.js'
import { ArgumentReader } from './wire/argument-reader.js'
import type { ArgumentWriter } from './wire/argument-writer.js'
import { ProtocolError } from './wire/protocol-error.js'

/** The broker has closed a channel over what was asked on it. */
export class AskingError extends Error {
  constructor(readonly error: ChannelError) {
    super(replyWords(error.code, error.text))
  }
}

interface Question {
  /** The method that answers it. */
  readonly answer: number
  /** Takes the arguments of the answer, at once: a wrong one is an error of the connection. */
  readonly take: (answer: ArgumentReader) => void
  readonly reject: (error: Error) => void
}

/** A channel for questions that the broker answers with one method each, in their order. */
export class AskingChannel implements ChannelTaker {
  readonly #network: AmqpNetworkConnection
  readonly #channel: Channel
  #waiting: Question[] = []
  #failure: AskingError | undefined

  constructor(network: AmqpNetworkConnection) {
    this.#network = network
    this.#channel = network.openChannel(this)
  }

  /**
   * Asks, and resolves with what `read` makes of the arguments of the answer. Rejects with `AskingError` if the broker closes the channel
   * over this question or an earlier one; never settles once the network connection is gone.
   */
  ask<T>(
    method: number,
    write: (to: ArgumentWriter) => void,
    read: (answer: ArgumentReader) => T
  ): Promise<T> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    this.#channel.send(method, write)
    this.#network.out.flush()
    return new Promise((resolve, reject) => {
      const take = (answer: ArgumentReader) => resolve(read(answer))
      this.#waiting.push({ answer: method + 1, take, reject })
    })
  }

  close(): void {
    if (this.#failure === undefined) void this.#channel.close()
    this.#network.out.flush()
  }

  method(method: number, bytes: Buffer, start: number, end: number): void {
    const question = this.#waiting.shift()
    if (question?.answer !== method)
      throw new ProtocolError(`method ${method >>> 16}.${method & 0xffff} that answers no question`)
    question.take(new ArgumentReader(bytes, start, end))
  }

  content(): void {
    throw new ProtocolError('a content that nobody has asked for')
  }

  failed(error: ChannelError): void {
    this.#failure = new AskingError(error)
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure)
  }
}

/** Asks one question on a channel of its own. As `AskingChannel.ask`; without `read`, resolves with the arguments themselves. */
export async function askOnce<T>(
  network: AmqpNetworkConnection,
  method: number,
  write: (to: ArgumentWriter) => void,
  read: (answer: ArgumentReader) => T
): Promise<T>
export async function askOnce(
  network: AmqpNetworkConnection,
  method: number,
  write: (to: ArgumentWriter) => void
): Promise<ArgumentReader>
export async function askOnce(
  network: AmqpNetworkConnection,
  method: number,
  write: (to: ArgumentWriter) => void,
  read: (answer: ArgumentReader) => unknown = (answer) => answer
): Promise<unknown> {
  const channel = new AskingChannel(network)
  try {
    return await channel.ask(method, write, read)
  } finally {
    channel.close()
  }
}
