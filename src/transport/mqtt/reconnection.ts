import type { ConnectionNotice } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { BackOff, pause } from '../connecting/back-off.js'
import type { BrokerRotation } from './broker-rotation.js'
import { mayComeBack, reasonAlone } from './connect-failure.js'
import type { ExchangeLink, NetworkConnection, NetworkEnd } from './network-connection.js'
import { REASON } from './reason-codes.js'
import type { SessionPolicy } from './session-policy.js'

/** A connection that lasted this long (in milliseconds) counts as working, even if no message came. */
const WORKED_TIME = 1000

export interface ReconnectionParts {
  readonly rotation: BrokerRotation
  readonly policy: SessionPolicy
  readonly link: ExchangeLink
  readonly onNotice: (notice: ConnectionNotice) => void
}

/** Connects again after losses. The pauses grow while no connection works. */
export class Reconnection {
  readonly #parts: ReconnectionParts
  readonly #signal: AbortSignal
  readonly #backOff = new BackOff()

  constructor(parts: ReconnectionParts, signal: AbortSignal) {
    this.#parts = parts
    this.#signal = signal
  }

  /**
   * Connects again, however long it takes; resolves to undefined once the signal has aborted.
   * @throws TidingsError for a failure that another attempt cannot change
   */
  async connect(end: NetworkEnd, lostUrl: string): Promise<NetworkConnection | undefined> {
    const { rotation, policy, link, onNotice } = this.#parts
    const isOwnWish = end.kind === 'left'
    let told = `lost the connection to "${lostUrl}": ${end.reason}; reconnecting`
    if (!isOwnWish) onNotice({ kind: 'reconnecting', text: told, reason: end.reason })
    if (end.packet?.reasonCode === REASON.useAnotherServer) rotation.passOn()
    if (end.packet?.reasonCode === REASON.serverMoved) rotation.leave()
    // A message that is tried alone has growing pauses of its own.
    if (end.lasted > WORKED_TIME || end.exchanged > 0 || link.exchange.suspects) this.#backOff.reset()
    for (let isFirst = true; ; isFirst = false) {
      if (!(isFirst && isOwnWish)) await pause(this.#backOff.next(), this.#signal)
      if (this.#signal.aborted) return undefined
      try {
        const network = await rotation.connect(policy.request, link, this.#signal)
        if (!this.#signal.aborted) return network
        await network.disconnect(policy.outlivesConnection)
        return undefined
      } catch (error) {
        if (this.#signal.aborted) return undefined
        if (!(error instanceof TidingsError)) throw error
        if (!mayComeBack(error)) throw lostForGood(error)
        if (error.message !== told) {
          onNotice({ kind: 'reconnecting', text: error.message, reason: reasonAlone(error) })
        }
        told = error.message
      }
    }
  }
}

/** Turns a failure to connect into a lost connection, because there was a connection before. A refusal stays a refusal. */
function lostForGood(failure: TidingsError): TidingsError {
  if (failure.kind !== 'connect') return failure
  const { message, code, details, suggestion } = failure
  const facts = { code, details, cause: failure, ...(suggestion !== undefined && { suggestion }) }
  return new TidingsError('unfinished', message, facts)
}
