import type { ConnectionNotice, ConnectionOptions } from '../../src/core/connection.js'
import { type Guarantee, type Message, NO_HEADERS, payloadBytes } from '../../src/core/message.js'

/** Options for a connection in a test: without waiting and without TLS; notices are ignored. */
export function connectionOptions(
  url: string | readonly string[],
  options: Partial<ConnectionOptions> = {}
): ConnectionOptions {
  return {
    brokers: typeof url === 'string' ? [url] : url,
    keepalive: 30,
    connectTimeout: 10_000,
    tls: {},
    wait: 0,
    onNotice: () => {},
    ...options
  }
}

type Fits = (notice: ConnectionNotice) => boolean

/** Collects notices, and lets a test wait for the first one of a kind. */
export class Notices {
  readonly all: ConnectionNotice[] = []
  readonly #waiting: { fits: Fits; resolve: (notice: ConnectionNotice) => void }[] = []

  readonly take = (notice: ConnectionNotice): void => {
    this.all.push(notice)
    for (const { fits, resolve } of this.#waiting) if (fits(notice)) resolve(notice)
  }

  first(kind: ConnectionNotice['kind']): Promise<ConnectionNotice> {
    return this.#first((notice) => notice.kind === kind)
  }

  /** Resolves with the first notice whose text has these words. */
  saying(words: string): Promise<ConnectionNotice> {
    return this.#first(({ text }) => text.includes(words))
  }

  #first(fits: Fits): Promise<ConnectionNotice> {
    const known = this.all.find(fits)
    if (known !== undefined) return Promise.resolve(known)
    return new Promise((resolve) => this.#waiting.push({ fits, resolve }))
  }
}

export function message(
  channel: string,
  payload: string | Uint8Array,
  guarantee: Guarantee = 1,
  retain = false
): Message {
  return { channel, payload: Buffer.from(payload), headers: NO_HEADERS, guarantee, mqtt: { retain } }
}

/** Keeps copies of received messages, because payloads are valid only in the receiver. Lets a test wait until there are enough. */
export class Received {
  readonly messages: Message[] = []
  readonly #waiting: { count: number; resolve: () => void }[] = []

  readonly take = (batch: readonly Message[]): void => {
    for (const each of batch) this.messages.push({ ...each, payload: Buffer.from(payloadBytes(each)) })
    for (const { count, resolve } of this.#waiting) if (this.messages.length >= count) resolve()
  }

  async atLeast(count: number): Promise<readonly Message[]> {
    if (this.messages.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }))
    }
    return this.messages
  }

  get texts(): string[] {
    return this.messages.map((each) => Buffer.from(payloadBytes(each)).toString())
  }
}
