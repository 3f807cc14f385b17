import { headersOfTable } from '../../core/amqp/field-table.js'
import { type ConnectionRequest, clientProperties } from './connection-request.js'
import { mechanismFor } from './mechanism.js'
import { ArgumentReader } from './wire/argument-reader.js'
import { SMALLEST_FRAME_MAX } from './wire/frame-types.js'
import { methodFrame } from './wire/method-frame.js'
import {
  CONNECTION_CLOSE,
  CONNECTION_CLOSE_OK,
  CONNECTION_OPEN,
  CONNECTION_OPEN_OK,
  CONNECTION_START,
  CONNECTION_START_OK,
  CONNECTION_TUNE,
  CONNECTION_TUNE_OK
} from './wire/methods.js'
import { ProtocolError } from './wire/protocol-error.js'

/** What a client says first: AMQP 0-9-1. */
export const PROTOCOL_HEADER = Buffer.from('AMQP\0\0\x09\x01', 'latin1')

/** The largest frame that is asked for, and that is taken before both sides have agreed on one. RabbitMQ offers this one. */
export const LARGEST_FRAME = 131_072

/**
 * The highest channel that is used, which is the one that RabbitMQ offers: publishing has two channels; each queue that is read has one, and
 * at its start another for a question.
 */
export const HIGHEST_CHANNEL = 2047

/** What both sides have agreed on. */
export interface Agreement {
  /** Bytes of the largest frame. */
  readonly frameMax: number
  readonly highestChannel: number
  /** The interval of heartbeats, in seconds; 0 if there are none. */
  readonly heartbeat: number
  /** What the broker says of itself, such as `product` and `version`. */
  readonly broker: ReadonlyMap<string, string>
}

/** The broker refused to connect, at this step. */
export class RefusalError extends Error {
  /** @param step the last method that was sent */
  constructor(
    readonly step: 'start' | 'open',
    readonly code: number,
    readonly text: string
  ) {
    super(`the broker refused the connection: ${code} ${text}`)
  }
}

/** Makes a connection: from the broker's Start to its OpenOk. */
export class Handshake {
  readonly #request: ConnectionRequest
  readonly #send: (frame: Buffer) => void
  #expected = CONNECTION_START
  #broker: ReadonlyMap<string, string> = new Map()
  #tuned: Omit<Agreement, 'broker'> | undefined

  constructor(request: ConnectionRequest, send: (frame: Buffer) => void) {
    this.#request = request
    this.#send = send
  }

  /** What is told of a broker that has closed the connection, and said nothing. */
  get closedWords(): string {
    return this.#expected === CONNECTION_TUNE
      ? 'the broker closed the connection when it got the credentials'
      : 'the broker closed the connection without an answer'
  }

  /**
   * Takes a method of channel 0. Returns what was agreed on once the broker has opened the virtual host.
   * @throws RefusalError, MechanismError or ProtocolError
   */
  take(method: number, bytes: Buffer, start: number, end: number): Agreement | undefined {
    const from = new ArgumentReader(bytes, start, end)
    if (method === CONNECTION_CLOSE) throw this.#refusal(from)
    if (method !== this.#expected)
      throw new ProtocolError(`method ${method >>> 16}.${method & 0xffff} while connecting`)
    if (method === CONNECTION_START) this.#start(from)
    else if (method === CONNECTION_TUNE) this.#tune(from)
    else if (this.#tuned !== undefined) return { ...this.#tuned, broker: this.#broker }
    return undefined
  }

  #start(from: ArgumentReader): void {
    from.twoBytes()
    this.#broker = textsOf(from.table())
    const mechanism = mechanismFor(from.longText(), this.#request)
    const { username, password, name } = this.#request
    const response =
      mechanism === 'EXTERNAL'
        ? Buffer.alloc(0)
        : Buffer.concat([Buffer.from(`\0${username}\0`), Buffer.from(password)])
    this.#send(
      methodFrame(0, CONNECTION_START_OK, (to) => {
        to.longBytes(clientProperties(name))
        to.shortText(mechanism)
        to.longBytes(response)
        to.shortText('en_US')
      })
    )
    this.#expected = CONNECTION_TUNE
  }

  #tune(from: ArgumentReader): void {
    const highestChannel = lower(from.twoBytes(), HIGHEST_CHANNEL)
    const frameMax = Math.max(SMALLEST_FRAME_MAX, lower(from.fourBytes(), LARGEST_FRAME))
    const offered = from.twoBytes()
    const { keepalive, vhost } = this.#request
    const heartbeat = keepalive === 0 ? 0 : lower(offered, keepalive)
    this.#tuned = { frameMax, highestChannel, heartbeat }
    this.#send(
      methodFrame(0, CONNECTION_TUNE_OK, (to) => {
        to.twoBytes(highestChannel)
        to.fourBytes(frameMax)
        to.twoBytes(heartbeat)
      })
    )
    this.#send(
      methodFrame(0, CONNECTION_OPEN, (to) => {
        to.shortText(vhost)
        to.shortText('')
        to.byte(0)
      })
    )
    this.#expected = CONNECTION_OPEN_OK
  }

  #refusal(from: ArgumentReader): RefusalError {
    this.#send(methodFrame(0, CONNECTION_CLOSE_OK))
    return new RefusalError(
      this.#expected === CONNECTION_OPEN_OK ? 'open' : 'start',
      from.twoBytes(),
      from.shortText()
    )
  }
}

/** The lower one of an offer and of what we can do; an offer of 0 is any number. */
const lower = (offered: number, ours: number): number => (offered === 0 ? ours : Math.min(offered, ours))

/** The entries of a table that are text or shown as text. */
const textsOf = (table: Buffer): ReadonlyMap<string, string> =>
  new Map(
    headersOfTable(table).headers.flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : []
    )
  )
