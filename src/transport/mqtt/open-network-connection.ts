import { orAborted, runAttempt } from '../connecting/attempt.js'
import { openSocket } from '../sockets/open-socket.js'
import { MqttNetworkConnection } from './mqtt-network-connection.js'
import type { ExchangeLink, NetworkConnection, NetworkTarget } from './network-connection.js'

/**
 * Opens a socket and connects over it. Rejects with what `connectFailure` can name, or with the signal's reason; nothing stays
 * open then.
 */
export function openNetworkConnection(
  target: NetworkTarget,
  link: ExchangeLink,
  signal: AbortSignal
): Promise<NetworkConnection> {
  return runAttempt({ timeout: target.timeout, signal }, async (attempt) => {
    const socket = await orAborted(openSocket(target.url, target.sockets, attempt), attempt)
    const network = new MqttNetworkConnection(target, link, socket)
    await network.connect(attempt)
    return network
  })
}
