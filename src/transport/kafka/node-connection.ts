import { formatBrokerUrl } from '../broker-url.js'
import { AttemptError } from '../connecting/connect-failure.js'
import { lossWords } from '../connecting/loss-words.js'
import type { OpenedSocket } from '../sockets/open-socket.js'
import type { Api } from './api/api.js'
import { apiVersions } from './api/api-versions.js'
import { saslAuthenticate, saslHandshake } from './api/sasl.js'
import type { KafkaUrl } from './kafka-url.js'
import { LoginRenewal } from './login-renewal.js'
import type { ResponseFrames } from './response-frames.js'
import { KafkaReader } from './wire/kafka-reader.js'
import { KafkaWriter } from './wire/kafka-writer.js'

/** The network connection to a broker ended before it answered. */
export class LostNodeError extends Error {}

/** The broker has an API only in versions that are not spoken here, or not at all. */
export class MissingApiError extends Error {
  /** @param api as Kafka's documentation calls it */
  constructor(readonly api: string) {
    super(`the broker does not have what is needed (${api} in a version of Kafka 2.1 or later)`)
  }
}

/** An answer that is not what the protocol allows. */
export class BadAnswerError extends Error {}

interface Waiting {
  readonly correlation: number
  readonly take: (answer: Buffer) => void
  readonly fail: (error: Error) => void
  readonly timer: NodeJS.Timeout | undefined
}

/** Milliseconds that a broker may take to answer, beyond what a request allows it. */
const PATIENCE = 30_000
/** One network connection to one broker of a cluster. Answers come in the order of the requests. */
export class NodeConnection {
  /** Resolves once the connection is gone, with the reason in words. */
  readonly ended: Promise<string>
  readonly #socket: OpenedSocket
  readonly #url: string
  readonly #clientId: string
  readonly #frames: ResponseFrames
  readonly #waiting: Waiting[] = []
  #versions: ReadonlyMap<number, { readonly min: number; readonly max: number }> = new Map()
  #correlation = 0
  /** How many answers have come. */
  #answers = 0
  /** How many of them belonged to the beginning. */
  #answersToBegin = 0
  #wasTurnedAway = false
  #renewal: LoginRenewal | undefined
  #end: string | undefined
  #failure: unknown

  /** @param frames what the socket was opened with */
  constructor(socket: OpenedSocket, frames: ResponseFrames, url: KafkaUrl, clientId: string) {
    this.#socket = socket
    this.#url = formatBrokerUrl(url)
    this.#clientId = clientId
    this.#frames = frames
    frames.start({
      take: (answer) => this.#take(answer),
      violated: (why) => this.#violated(why)
    })
    const { stream, isReadInto } = socket
    if (isReadInto) stream.resume()
    else stream.on('data', (chunk: Buffer) => frames.came(chunk))
    stream.on('error', (error) => {
      this.#failure ??= error
      this.#end ??= lossWords(error)
    })
    stream.on('end', () => stream.destroy())
    this.ended = new Promise((resolve) => {
      stream.once('close', () => {
        // What the network says is the broker's doing; any other reason is one of ours.
        const isTheirs = this.#end === undefined || this.#failure !== undefined
        this.#wasTurnedAway = isTheirs && this.#waiting.length > 0 && this.#answers === this.#answersToBegin
        const reason = this.#end ?? 'the broker closed the connection'
        this.#end = reason
        this.#failAll(reason)
        resolve(reason)
      })
    })
  }

  get url(): string {
    return this.#url
  }

  get isOver(): boolean {
    return this.#end !== undefined
  }

  /** Whether the broker has ended the connection instead of answering the first question after the beginning. */
  get wasTurnedAway(): boolean {
    return this.#wasTurnedAway
  }

  /** Asks the broker what it speaks. Rejects with what `connectFailure` can name. */
  async begin(signal: AbortSignal): Promise<void> {
    const onAbort = () => {
      this.#failure ??= signal.reason
      this.#socket.stream.destroy()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    try {
      const { apis } = await this.request(apiVersions, undefined)
      this.#versions = new Map(apis.map(({ key, min, max }) => [key, { min, max }]))
    } catch (error) {
      throw this.#connectError(error)
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  #connectError(error: unknown): unknown {
    if (error instanceof BadAnswerError)
      return new AttemptError('wrong-protocol', `the answer is not Kafka's (${error.message})`)
    if (this.#failure !== undefined) return this.#failure
    return error instanceof LostNodeError
      ? new AttemptError('closed', 'the broker closed the connection without an answer')
      : error
  }

  /** Whether the broker has an API in a version that is spoken here. */
  has(api: Pick<Api<never, unknown>, 'key' | 'minVersion' | 'maxVersion'>): boolean {
    const spoken = this.#versions.get(api.key)
    return spoken !== undefined && spoken.max >= api.minVersion && spoken.min <= api.maxVersion
  }

  /**
   * The broker ends the connection after a time, unless the client logs in again.
   * @param lifetime milliseconds; 0 for ever
   * @param logIn logs in again, and resolves with the next lifetime
   */
  keepLoggedIn(lifetime: number, logIn: () => Promise<number>): void {
    this.#answersToBegin = this.#answers
    this.#renewal = new LoginRenewal(lifetime, logIn, (error) => {
      const why = error instanceof Error ? error.message : String(error)
      this.#end ??= `the broker did not let the client log in again (${why})`
      this.#socket.stream.destroy()
    })
  }

  /** Resolves once the client is logged in again, where that is due and this is another request. */
  #loggedIn(key: number): Promise<void> | undefined {
    return key === saslHandshake.key || key === saslAuthenticate.key ? undefined : this.#renewal?.done()
  }

  /**
   * Sends a request and waits for the answer.
   * @param allowed milliseconds that the request itself lets the broker wait
   * @throws LostNodeError, MissingApiError, BadAnswerError
   */
  request<Request, Response>(api: Api<Request, Response>, request: Request, allowed = 0): Promise<Response> {
    const loggedIn = this.#loggedIn(api.key)
    return loggedIn === undefined
      ? this.#ask(api, request, allowed)
      : loggedIn.then(() => this.#ask(api, request, allowed))
  }

  #ask<Request, Response>(api: Api<Request, Response>, request: Request, allowed: number): Promise<Response> {
    return new Promise((resolve, reject) => {
      const version = this.#send(api, request)
      const timer = setTimeout(() => {
        this.#end ??= 'the broker does not answer any more'
        this.#socket.stream.destroy()
      }, PATIENCE + allowed)
      this.#waiting.push({
        correlation: this.#correlation,
        timer,
        fail: reject,
        take: (answer) => {
          try {
            resolve(api.read(new KafkaReader(answer, 4, answer.length), version))
          } catch (error) {
            if (!(error instanceof RangeError)) throw error
            reject(this.#violated(`${api.name}: ${error.message}`))
          }
        }
      })
    })
  }

  /** Nobody reads an answer any more, of which this is a view: another answer may get its memory. */
  release(view: Uint8Array): void {
    this.#frames.release(view)
  }

  /** Sends a request that the broker does not answer. Resolves once the network has taken it. */
  async sendOnly<Request>(api: Api<Request, unknown>, request: Request): Promise<void> {
    await this.#loggedIn(api.key)
    return new Promise((resolve, reject) => {
      this.#send(api, request, (error) =>
        error || this.#end !== undefined
          ? reject(new LostNodeError(this.#end ?? lossWords(error as Error)))
          : resolve()
      )
    })
  }

  #send<Request>(
    api: Api<Request, unknown>,
    request: Request,
    onTaken?: (error: Error | null | undefined) => void
  ): number {
    if (this.#end !== undefined) throw new LostNodeError(this.#end)
    const version = this.#versionOf(api)
    const to = new KafkaWriter(256)
    to.fourBytes(0)
    to.twoBytes(api.key)
    to.twoBytes(version)
    this.#correlation = (this.#correlation + 1) & 0x7fff_ffff
    to.fourBytes(this.#correlation)
    to.string(this.#clientId)
    api.write(to, request, version)
    to.setFourBytes(to.size - 4, 0)
    const { stream } = this.#socket
    const { parts } = to
    stream.cork()
    for (const [at, part] of parts.entries())
      stream.write(part, at === parts.length - 1 ? onTaken : undefined)
    stream.uncork()
    return version
  }

  #versionOf({ key, minVersion, maxVersion, name }: Api<never, unknown>): number {
    // What the broker speaks is asked for before it is known.
    if (key === apiVersions.key && minVersion === 0) return maxVersion
    const spoken = this.#versions.get(key)
    if (spoken === undefined || spoken.max < minVersion || spoken.min > maxVersion)
      throw new MissingApiError(name)
    return Math.min(spoken.max, maxVersion)
  }

  /** Closes the connection. Resolves when the socket is gone. */
  async close(): Promise<void> {
    this.#end ??= 'disconnected'
    this.#socket.stream.destroy()
    await this.ended
  }

  #take(answer: Buffer): void {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) throw new RangeError('an answer to nothing')
    clearTimeout(waiting.timer)
    this.#answers++
    if (answer.readUInt32BE(0) === waiting.correlation) waiting.take(answer)
    else waiting.fail(this.#violated('an answer to another request'))
  }

  /** What came cannot be an answer: the connection ends. */
  #violated(why: string): BadAnswerError {
    this.#end ??= `the broker violated Kafka's protocol (${why})`
    this.#socket.stream.destroy()
    return new BadAnswerError(why)
  }

  #failAll(reason: string): void {
    for (const { fail, timer } of this.#waiting.splice(0)) {
      clearTimeout(timer)
      fail(new LostNodeError(reason))
    }
  }
}
