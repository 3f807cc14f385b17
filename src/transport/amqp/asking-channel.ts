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
  readonly resolve: (answer: ArgumentReader) => void
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
   * Asks. Rejects with `AskingError` if the broker closes the channel over this question or an earlier one; never settles once the network
   * connection is gone.
   */
  ask(method: number, write: (to: ArgumentWriter) => void): Promise<ArgumentReader> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    this.#channel.send(method, write)
    this.#network.out.flush()
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  close(): void {
    if (this.#failure === undefined) void this.#channel.close()
    this.#network.out.flush()
  }

  method(_method: number, bytes: Buffer, start: number, end: number): void {
    this.#waiting.shift()?.resolve(new ArgumentReader(bytes, start, end))
  }

  content(): void {
    throw new ProtocolError('a content that nobody has asked for')
  }

  failed(error: ChannelError): void {
    this.#failure = new AskingError(error)
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure)
  }
}

/** Asks one question on a channel of its own. As `AskingChannel.ask`. */
export async function askOnce(
  network: AmqpNetworkConnection,
  method: number,
  write: (to: ArgumentWriter) => void
): Promise<ArgumentReader> {
  const channel = new AskingChannel(network)
  try {
    return await channel.ask(method, write)
  } finally {
    channel.close()
  }
}
