import type { ConnectionNotice } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { type BrokerUrl, formatBrokerUrl } from '../broker-url.js'
import { isWorthRetrying, MOVED, mayComeBack } from './connect-failure.js'

export interface RotationOptions<Url extends BrokerUrl> {
  /** At least one. */
  readonly brokers: readonly Url[]
  /** Gives a failed attempt its name, its reason and a next step, in the words of the protocol. */
  readonly failureOf: (url: BrokerUrl, error: unknown) => TidingsError
  readonly onNotice: (notice: ConnectionNotice) => void
}

/** Tries the brokers in order, once each, beginning with the one that answered last. Remembers which ones have moved. */
export class BrokerRotation<Url extends BrokerUrl = BrokerUrl> {
  readonly #options: RotationOptions<Url>
  /** Why a broker could not be connected to last, since the last connection. */
  lastFailure: TidingsError | undefined
  /** The brokers that have not moved, in the order to try them. */
  #brokers: readonly Url[]

  constructor(options: RotationOptions<Url>) {
    this.#options = options
    this.#brokers = options.brokers
  }

  /**
   * @param open connects to one broker; rejects with what `failureOf` can name, or with the signal's reason
   * @throws TidingsError connect or refused. A refusal ends it: credentials are the same for every broker. The signal's
   *   reason once that has aborted.
   */
  async connect<Network>(open: (url: Url) => Promise<Network>, signal: AbortSignal): Promise<Network> {
    const { failureOf, onNotice } = this.#options
    const failures: TidingsError[] = []
    const brokers = this.#brokers
    for (const [index, url] of brokers.entries()) {
      try {
        const network = await open(url)
        while (this.#brokers[0] !== url) this.passOn()
        this.lastFailure = undefined
        return network
      } catch (error) {
        signal.throwIfAborted()
        const failure = failureOf(url, error)
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
