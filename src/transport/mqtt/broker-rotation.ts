import type { ConnectionNotice } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { type BrokerUrl, formatBrokerUrl } from '../broker-url.js'
import type { SocketOptions } from '../sockets/open-socket.js'
import { connectFailure, isWorthRetrying, MOVED, mayComeBack } from './connect-failure.js'
import type { ConnectRequest, MqttVersion } from './connect-packet.js'
import type { ExchangeLink, NetworkConnection } from './network-connection.js'
import { openNetworkConnection } from './open-network-connection.js'

export interface RotationOptions {
  readonly brokers: readonly BrokerUrl[]
  readonly version: 'auto' | MqttVersion
  readonly sockets: SocketOptions
  readonly timeout: number
  readonly onNotice: (notice: ConnectionNotice) => void
}

/** What to ask of a broker over a protocol. */
export type ConnectRequestFor = (url: BrokerUrl, protocol: MqttVersion) => ConnectRequest

/** Tries the brokers in order, once each, beginning with the one that answered last; remembers which protocol each speaks, and which moved. */
export class BrokerRotation {
  readonly #options: RotationOptions
  readonly #versions = new Map<BrokerUrl, MqttVersion>()
  /** Those that have not moved, in the order to try them. */
  #brokers: readonly BrokerUrl[]

  constructor(options: RotationOptions) {
    this.#options = options
    this.#brokers = options.brokers
  }

  /**
   * @throws TidingsError connect or refused. Behind a refusal no further broker is tried: credentials are the same for every one. The signal's
   *   reason once that has aborted.
   */
  async connect(
    request: ConnectRequestFor,
    link: ExchangeLink,
    signal: AbortSignal
  ): Promise<NetworkConnection> {
    const { onNotice } = this.#options
    const failures: TidingsError[] = []
    const brokers = this.#brokers
    for (const [index, url] of brokers.entries()) {
      try {
        const network = await this.#connectTo(url, request, link, signal)
        while (this.#brokers[0] !== url) this.passOn()
        return network
      } catch (error) {
        signal.throwIfAborted()
        const failure = connectFailure(url, error)
        if (failure.kind !== 'connect') throw failure
        failures.push(failure)
        if (failure.code === MOVED) this.#brokers = this.#brokers.filter((broker) => broker !== url)
        const next = brokers[index + 1]
        if (next !== undefined) {
          onNotice({ kind: 'failover', text: `${failure.message}; trying "${formatBrokerUrl(next)}"` })
        }
      }
    }
    throw summary(failures)
  }

  /** The broker that answered last sends its clients to another one: the next one comes first. */
  passOn(): void {
    this.#brokers = [...this.#brokers.slice(1), ...this.#brokers.slice(0, 1)]
  }

  /** Whether there is any besides the one that answered last. */
  get hasOthers(): boolean {
    return this.#brokers.length > 1
  }

  /** The broker that answered last has moved for good: it is asked no more. */
  leave(): void {
    this.#brokers = this.#brokers.slice(1)
  }

  async #connectTo(
    url: BrokerUrl,
    request: ConnectRequestFor,
    link: ExchangeLink,
    signal: AbortSignal
  ): Promise<NetworkConnection> {
    const { sockets, timeout } = this.#options
    const open = (protocol: MqttVersion) =>
      openNetworkConnection({ url, sockets, timeout, request: request(url, protocol) }, link, signal)
    const { version } = this.#options
    if (url.socket === 'local') return openLocal(url, () => open(version === 'auto' ? '5' : version), signal)
    if (version !== 'auto') return open(version)
    const known = this.#versions.get(url)
    if (known !== undefined) return open(known)
    const newest = await openNewest(url, () => open('5'), signal)
    if (newest !== undefined) {
      this.#versions.set(url, '5')
      return newest
    }
    const network = await open('3.1.1')
    this.#versions.set(url, '3.1.1')
    const text = `"${formatBrokerUrl(url)}" does not speak MQTT 5, using 3.1.1: headers and properties are not carried`
    this.#options.onNotice({ kind: 'fallback', text })
    return network
  }
}

/**
 * Connects over MQTT 5; to nothing if the broker does not know it. Some (RabbitMQ 3.10) then close without a word, which is also what
 * a cut looks like, so such a one is asked twice.
 */
async function openNewest(
  url: BrokerUrl,
  open: () => Promise<NetworkConnection>,
  signal: AbortSignal
): Promise<NetworkConnection | undefined> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await open()
    } catch (error) {
      signal.throwIfAborted()
      const { code } = connectFailure(url, error)
      if (code === 'connection-closed' && isFirst) continue
      if (code === 'connection-closed' || code === 'protocol-unsupported') return undefined
      throw error
    }
  }
}

/** How the end of the local broker looks to one who reaches it in that instant. */
const JUST_ENDED = new Set(['connection-closed', 'connection-refused', 'no-such-socket'])

/** The local broker ends when it is idle; one that was reached in that instant is started again by a second attempt. */
async function openLocal(
  url: BrokerUrl,
  open: () => Promise<NetworkConnection>,
  signal: AbortSignal
): Promise<NetworkConnection> {
  try {
    return await open()
  } catch (error) {
    signal.throwIfAborted()
    if (!JUST_ENDED.has(connectFailure(url, error).code)) throw error
    return open()
  }
}

/** The first failure speaks for all; it is about the broker that was named first. */
function summary(failures: readonly TidingsError[]): TidingsError {
  const [first, ...others] = failures
  if (first === undefined) throw new Error('there is no broker to try')
  if (others.length === 0) return first
  const retryable = failures.find(isWorthRetrying) ?? failures.find(mayComeBack) ?? first
  return new TidingsError('connect', failures.map(({ message }) => message).join('; '), {
    code: retryable.code,
    cause: retryable,
    details: retryable.details,
    ...(retryable.suggestion === undefined ? {} : { suggestion: retryable.suggestion })
  })
}
