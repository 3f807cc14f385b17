import type { ConnectionNotice } from '../../core/connection.js'
import { BackOff } from '../connecting/back-off.js'
import { connectAgain } from '../connecting/connect-again.js'
import type { MqttRotation } from './mqtt-rotation.js'
import type { ExchangeLink, NetworkConnection, NetworkEnd } from './network-connection.js'
import { REASON } from './reason-codes.js'
import type { SessionPolicy } from './session-policy.js'

/** A connection that lasted this long (in milliseconds) counts as working, even if no message came. */
const WORKED_TIME = 1000

export interface ReconnectionParts {
  readonly rotation: MqttRotation
  readonly policy: SessionPolicy
  readonly link: ExchangeLink
  readonly onNotice: (notice: ConnectionNotice) => void
  readonly onRetry: (() => void) | undefined
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
    const { rotation, policy, link, onNotice, onRetry } = this.#parts
    const isOwnWish = end.kind === 'left'
    const told = `lost the connection to "${lostUrl}": ${end.reason}; reconnecting`
    if (!isOwnWish) onNotice({ kind: 'reconnecting', text: told, reason: end.reason })
    if (end.packet?.reasonCode === REASON.useAnotherServer) rotation.passOn()
    if (end.packet?.reasonCode === REASON.serverMoved) rotation.leave()
    // A message that is tried alone has growing pauses of its own.
    if (end.lasted > WORKED_TIME || end.exchanged > 0 || link.exchange.suspects) this.#backOff.reset()
    const network = await connectAgain(
      {
        connect: (signal) => rotation.connect(policy.request, link, signal),
        backOff: this.#backOff,
        onNotice,
        onRetry,
        told,
        atOnce: isOwnWish
      },
      this.#signal
    )
    if (!this.#signal.aborted) return network
    await network?.disconnect(policy.outlivesConnection)
    return undefined
  }
}
