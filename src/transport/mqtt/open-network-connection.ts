import { openSocket } from '../sockets/open-socket.js'
import { AttemptError } from './connect-failure.js'
import { MqttNetworkConnection } from './mqtt-network-connection.js'
import type { ExchangeLink, NetworkConnection, NetworkTarget } from './network-connection.js'

/**
 * Opens a socket and connects over it. Rejects with what `connectFailure` can name, or with the signal's reason; nothing stays
 * open then.
 */
export async function openNetworkConnection(
  target: NetworkTarget,
  link: ExchangeLink,
  signal: AbortSignal
): Promise<NetworkConnection> {
  const attempt = new AbortController()
  const isLate = () => attempt.abort(new AttemptError('timeout', `no answer within ${target.timeout} ms`))
  const timer = target.timeout === 0 ? undefined : setTimeout(isLate, target.timeout)
  const onAbort = () => attempt.abort(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    signal.throwIfAborted()
    const socket = await orAborted(openSocket(target.url, target.sockets, attempt.signal), attempt.signal)
    const network = new MqttNetworkConnection(target, link, socket)
    await network.connect(attempt.signal)
    return network
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

/**
 * Resolves or rejects as `work`, or rejects when the signal aborts. A name look-up and the start of the local broker cannot be stopped:
 * they continue, and their results are ignored.
 */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
