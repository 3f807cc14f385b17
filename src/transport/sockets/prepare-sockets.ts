import type { ConnectionOptions } from '../../core/connection.js'
import type { BrokerUrl } from '../broker-url.js'
import type { SocketOptions } from './open-socket.js'

/**
 * Checks and prepares once what every attempt to open a socket needs. Rejects with a `TidingsError` of kind usage or bad-input.
 * @param subprotocol what the protocol is called in the WebSocket handshake
 */
export async function prepareSockets(
  brokers: readonly BrokerUrl[],
  options: ConnectionOptions,
  subprotocol: string
): Promise<SocketOptions> {
  const { tls, proxy } = options
  const usesTls = brokers.some(({ socket }) => socket === 'tls' || socket === 'wss')
  const secureContext = usesTls ? (await import('./tls.js')).prepareTls(tls) : undefined
  const socksProxy = proxy === undefined ? undefined : (await import('./socks.js')).parseProxyUrl(proxy)
  return {
    tls,
    onNotice: localBrokerOnce(options.onNotice),
    wsHeaders: options.wsHeaders ?? {},
    subprotocol,
    ...(secureContext === undefined ? {} : { secureContext }),
    ...(socksProxy === undefined ? {} : { proxy: socksProxy })
  }
}

/** Passes the notice about the local broker on once, and not at every reconnect. */
function localBrokerOnce(onNotice: ConnectionOptions['onNotice']): ConnectionOptions['onNotice'] {
  let told = false
  return (notice) => {
    if (notice.kind !== 'local-broker') return onNotice(notice)
    if (!told) onNotice(notice)
    told = true
  }
}
