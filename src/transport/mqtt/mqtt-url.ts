import {
  type BrokerUrl,
  badBrokerUrl,
  decodePart,
  parseNetworkUrl,
  type SocketKind,
  schemeOf,
  showSafely
} from '../broker-url.js'
import { oneUrlPerHost } from '../host-list.js'

/** How each scheme is reached over a network, and its default port. */
const NETWORK = new Map<string, { socket: SocketKind; port: number }>([
  ['mqtt', { socket: 'tcp', port: 1883 }],
  ['mqtts', { socket: 'tls', port: 8883 }],
  ['ws', { socket: 'ws', port: 80 }],
  ['wss', { socket: 'wss', port: 443 }]
])

/**
 * Reads a broker's URL as its user wrote it, with one of MQTT's schemes. A bare `host[:port]` means `mqtt://`. A WebSocket URL without a
 * path gets `/mqtt`, where most brokers listen.
 *
 * @throws TidingsError usage `bad-broker-url`: the URL is not valid
 */
export function parseMqttUrl(text: string): BrokerUrl {
  if (text === '') throw badBrokerUrl(text, 'it is empty', 'name a host, or local for the embedded broker')
  if (/[\s\p{Cc}]/u.test(text)) throw badBrokerUrl(text, 'it contains white space or control characters')
  const scheme = schemeOf(text) ?? 'mqtt'
  if (scheme === 'mqtt+unix') return parseUnixUrl(text)
  const network = NETWORK.get(scheme)
  if (network === undefined) return parseLocal(text)
  const whole = text.includes('://') ? text : `mqtt://${text}`
  if (oneUrlPerHost(whole).length > 1)
    throw badBrokerUrl(
      text,
      'it names several hosts',
      `write a scheme before each: ${scheme}://a,${scheme}://b`
    )
  const { url, ...place } = parseNetworkUrl(text, whole, network.port)
  const isWebSocket = network.socket === 'ws' || network.socket === 'wss'
  if (!isWebSocket && whole.includes('?'))
    throw badBrokerUrl(text, 'it has a query, which only a WebSocket URL can have')
  if (!isWebSocket && url.pathname !== '' && url.pathname !== '/') {
    throw badBrokerUrl(text, 'it has a path; give the channel as an argument of its own')
  }
  return {
    scheme,
    socket: network.socket,
    ...place,
    path: isWebSocket ? webSocketTarget(whole, url) : ''
  }
}

function parseLocal(text: string): BrokerUrl {
  if (!/^local(:(\/\/)?)?$/i.test(text))
    throw badBrokerUrl(text, '"local" takes no host, port or path', 'write only local')
  return { scheme: 'local', socket: 'local', host: '', port: 0, path: '' }
}

function parseUnixUrl(text: string): BrokerUrl {
  const path = text.slice('mqtt+unix://'.length)
  if (path === '' || path === '/') {
    throw badBrokerUrl(text, 'the path of the socket is missing', 'write mqtt+unix:///path/of/the.sock')
  }
  if (!path.startsWith('/')) {
    throw badBrokerUrl(
      text,
      'the path of the socket must be absolute',
      `write mqtt+unix:///${showSafely(path)}`
    )
  }
  if (/[?#]/.test(path))
    throw badBrokerUrl(text, 'it has a "?" or "#" part', 'write %3F or %23 if the path contains it')
  const decoded = decodePart(text, path)
  if (decoded.includes('\0'))
    throw badBrokerUrl(text, 'the path of the socket contains a NUL', 'leave out %00')
  return { scheme: 'mqtt+unix', socket: 'unix', host: '', port: 0, path: decoded }
}

function webSocketTarget(whole: string, url: URL): string {
  const hasPath = /^[^:]+:\/\/[^/?]*\//.test(whole)
  return (hasPath ? url.pathname : '/mqtt') + url.search
}
