import { orAborted, runAttempt } from '../connecting/attempt.js'
import { openSocket } from '../sockets/open-socket.js'
import { AmqpNetworkConnection } from './network-connection.js'
import type { NetworkEvents, NetworkTarget } from './network-target.js'

/** Opens a socket and connects over it. Rejects with what `connectFailure` can name, or with the signal's reason. */
export function openNetworkConnection(
  target: NetworkTarget,
  events: NetworkEvents,
  signal: AbortSignal
): Promise<AmqpNetworkConnection> {
  return runAttempt({ timeout: target.timeout, signal }, async (attempt) => {
    const socket = await orAborted(openSocket(target.url, target.sockets, attempt), attempt)
    const network = new AmqpNetworkConnection(target, events, socket)
    await network.connect(attempt)
    return network
  })
}
