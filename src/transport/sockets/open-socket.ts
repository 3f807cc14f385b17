import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { SecureContext } from 'node:tls'
import type { ConnectionNotice, TlsOptions } from '../../core/connection.js'
import type { BrokerUrl, SocketKind } from '../broker-url.js'
import type { ReadInto } from './read-into.js'
import type { SocksProxy } from './socks.js'
import { openPlainSocket, openTcpSocket } from './tcp.js'

/** What every attempt to open a socket needs, checked and prepared once. */
export interface SocketOptions {
  readonly tls: TlsOptions
  /** Present where one of the brokers is reached over TLS. */
  readonly secureContext?: SecureContext
  readonly proxy?: SocksProxy
  /** HTTP headers of the WebSocket handshake. */
  readonly wsHeaders: Readonly<Record<string, string>>
  /** What the protocol is called in the WebSocket handshake. */
  readonly subprotocol: string
  readonly onNotice: (notice: ConnectionNotice) => void
  /** Who gets the bytes of a socket, where the kind of the socket allows it. */
  readonly into?: ReadInto
}

/** A byte stream to a broker, ready for the first bytes of the protocol. */
export interface OpenedSocket {
  readonly stream: Duplex
  /** Whether what comes goes to `SocketOptions.into`, from `stream.resume()` on. Otherwise it comes out of `stream`. */
  readonly isReadInto?: true
  /** How many bytes have come in from the network so far, also those that nobody has read from `stream` yet. */
  readonly bytesRead: () => number
}

type Opener<T> = (url: BrokerUrl, options: SocketOptions, signal: AbortSignal) => Promise<T>

/** How each kind of socket is opened. Large modules are loaded where they are used. */
const OPENERS: Readonly<Record<SocketKind, Opener<OpenedSocket>>> = {
  tcp: async (url, options, signal) => {
    const { into, proxy } = options
    if (into === undefined || proxy !== undefined) return opened(await openTcp(url, options, signal))
    return { ...opened(await openTcpSocket(url.host, url.port, signal, into)), isReadInto: true }
  },
  tls: async (url, options, signal) => opened(await openTls(url, options, signal)),
  ws: (url, options, signal) => openWs(openTcp, url, options, signal),
  wss: (url, options, signal) => openWs(openTls, url, options, signal),
  unix: async (url, _options, signal) => opened(await openPlainSocket({ path: url.path }, signal)),
  local: async (_url, options, signal) => {
    const { ensureLocalBroker } = await import('../embedded/local-broker.js')
    const { socketPath } = await ensureLocalBroker(options.onNotice)
    return opened(await openPlainSocket({ path: socketPath }, signal))
  }
}

/** Opens a byte stream to a broker. Rejects with the error of the system, TLS, WebSocket or proxy, or with the signal's reason. */
export function openSocket(
  url: BrokerUrl,
  options: SocketOptions,
  signal: AbortSignal
): Promise<OpenedSocket> {
  return OPENERS[url.socket](url, options, signal)
}

function opened(socket: Socket, stream: Duplex = socket): OpenedSocket {
  return { stream, bytesRead: () => socket.bytesRead }
}

async function openTcp(url: BrokerUrl, options: SocketOptions, signal: AbortSignal): Promise<Socket> {
  if (options.proxy === undefined) return openTcpSocket(url.host, url.port, signal)
  const { openProxiedSocket } = await import('./socks.js')
  return openProxiedSocket(options.proxy, url.host, url.port, signal)
}

async function openTls(url: BrokerUrl, options: SocketOptions, signal: AbortSignal): Promise<Socket> {
  // Loaded before the socket opens: during the import, nobody would listen to the socket's errors.
  const { openTlsSocket, prepareTls } = await import('./tls.js')
  const context = options.secureContext ?? prepareTls(options.tls)
  return openTlsSocket(await openTcp(url, options, signal), url.host, options.tls, context, signal)
}

async function openWs(
  openBase: Opener<Socket>,
  url: BrokerUrl,
  options: SocketOptions,
  signal: AbortSignal
): Promise<OpenedSocket> {
  const { openWebSocket } = await import('./web-socket.js')
  const socket = await openBase(url, options, signal)
  return opened(socket, await openWebSocket(socket, url, options, signal))
}
