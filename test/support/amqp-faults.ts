import type { Socket } from 'node:net'
import type { PublishedMessage } from './amqp-channel.js'
import type { Method } from './amqp-methods.js'
import type { AmqpPeer } from './amqp-peer.js'

/** What the server says of a message whose publisher asked for confirms. */
export type Confirmation =
  | 'ack'
  | 'nack'
  /** For this message and all before it that have no answer. */
  | 'ack multiple'
  | 'nack multiple'
  | 'silence'
  /** As if no queue had got it: Return 312, then Ack. */
  | 'return'

/** What goes wrong. A test may change each of them while the server runs; a connection looks anew each time. */
export interface AmqpFaults {
  /** False: the server sends no heartbeats. It goes on answering. */
  heartbeats?: boolean
  /** False: the server reads and never answers. */
  answers?: boolean
  /** False: the server never closes a connection, even where both sides have said goodbye. */
  closes?: boolean
  /** A connection is cut once the server has sent it so many bytes. */
  cutAfterSending?: number
  /** A connection is cut once so many bytes came from it. The bytes up to there count. */
  cutAfterReceiving?: number
  /** Each write has at most so many bytes, and the next waits until the system has taken it. */
  bytesPerWrite?: number
  /** Changes the bytes of a frame that is to be sent. `index` counts the frames of the connection. */
  mutate?: (frame: Buffer, index: number) => Uint8Array
  /** Decides over each published message. */
  confirm?: (message: PublishedMessage) => Confirmation
  /** Sees each method first. With true, the script has answered, and the server does nothing. */
  onMethod?: (peer: AmqpPeer, channel: number, method: Method) => boolean | undefined
}

/** Sends bytes with the faults of the moment. */
export class FaultyOutput {
  readonly #socket: Socket
  readonly #faults: AmqpFaults
  readonly #waiting: Buffer[] = []
  #sent = 0
  #frames = 0
  #isWriting = false

  constructor(socket: Socket, faults: AmqpFaults) {
    this.#socket = socket
    this.#faults = faults
  }

  frame(frame: Buffer): void {
    if (this.#faults.answers === false) return
    const index = this.#frames++
    this.bytes(this.#faults.mutate?.(frame, index) ?? frame)
  }

  bytes(bytes: Uint8Array): void {
    const { cutAfterSending = Number.POSITIVE_INFINITY } = this.#faults
    const rest = Math.max(0, cutAfterSending - this.#sent)
    this.#sent += bytes.length
    this.#waiting.push(Buffer.from(bytes.subarray(0, rest)))
    this.#write(bytes.length >= rest)
  }

  /** Closes the connection after everything that waits. */
  end(): void {
    if (this.#faults.closes === false) return
    if (this.#isWriting) this.#waiting.push(END)
    else this.#socket.end()
  }

  #write(isLast: boolean): void {
    const most = this.#faults.bytesPerWrite
    if (isLast) this.#waiting.push(CUT)
    if (this.#isWriting) return
    if (most === undefined && !isLast) {
      for (const part of this.#waiting.splice(0)) this.#socket.write(part)
      return
    }
    this.#isWriting = true
    this.#writeNext(most ?? Number.POSITIVE_INFINITY)
  }

  #writeNext(most: number): void {
    const part = this.#waiting.shift()
    if (part === undefined) {
      this.#isWriting = false
    } else if (part === CUT) {
      // The peer sees the last bytes, then the end.
      this.#socket.end()
      this.#socket.destroySoon()
    } else if (part === END) {
      this.#socket.end()
    } else {
      if (part.length > most) this.#waiting.unshift(part.subarray(most))
      this.#socket.write(part.subarray(0, most), () => setImmediate(() => this.#writeNext(most)))
    }
  }
}

const CUT = Buffer.from('cut')
const END = Buffer.from('end')
