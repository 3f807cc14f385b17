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

/**
 * Tries the brokers in order, once each, beginning with the one that answered last. Remembers the version of MQTT that each one speaks, and
 * which ones have moved.
 */
export class BrokerRotation {
  readonly #options: RotationOptions
  readonly #versions = new Map<BrokerUrl, MqttVersion>()
  /** Why a broker could not be connected to last, since the last connection. */
  lastFailure: TidingsError | undefined
  /** The brokers that have not moved, in the order to try them. */
  #brokers: readonly BrokerUrl[]

  constructor(options: RotationOptions) {
    this.#options = options
    this.#brokers = options.brokers
  }

  /**
   * @throws TidingsError connect or refused. A refusal ends it: credentials are the same for every broker. The signal's
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
        this.lastFailure = undefined
        return network
      } catch (error) {
        signal.throwIfAborted()
        const failure = connectFailure(url, error)
        if (failure.kind !== 'connect') throw failure
        failures.push(failure)
        this.lastFailure = failure
        if (failure.code === MOVED) this.#brokers = this.#brokers.filter((broker) => broker !== url)
        const next = brokers[index + 1]
        if (next !== undefined) {
          onNotice({ kind: 'failover', text: `${failure.message}; trying "${formatBrokerUrl(next)}"` })
        }
      }
    }
    throw summary(failures)
  }

  /** Puts the broker that answered last at the end, because it sends its clients to another one. */
  passOn(): void {
    this.#brokers = [...this.#brokers.slice(1), ...this.#brokers.slice(0, 1)]
  }

  /** Whether there are other brokers than the one that answered last. */
  get hasOthers(): boolean {
    return this.#brokers.length > 1
  }

  /** Removes the broker that answered last, because it has moved for good. */
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
 * Connects over MQTT 5; resolves to undefined if the broker does not know MQTT 5. Some such brokers (RabbitMQ 3.10) close the connection
 * without an answer. A cut looks the same, so such a broker is asked twice.
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

/** The failures of a client that connects at the moment when the local broker ends. */
const JUST_ENDED = new Set(['connection-closed', 'connection-refused', 'no-such-socket'])

/** The local broker ends when it is idle. If it ends at the moment of connecting, the second attempt starts it again. */
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

/** The failure where no broker has answered. It has the messages of all failures, and the code of the first failure that another attempt may mend. */
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
