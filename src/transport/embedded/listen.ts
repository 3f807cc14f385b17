import type { Server as HttpServer, IncomingMessage } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { BrokerRequest, ListenAddress } from '../../core/broker-request.js'
import { TidingsError } from '../../core/errors.js'
import { formatHost } from '../broker-url.js'
import { UnfinishedPackets } from './protocol/unfinished-packets.js'

export interface ListenOptions extends Pick<BrokerRequest, 'tls' | 'origins'> {
  readonly packetSize: number
  /** Bytes of all WebSocket frames of which only a part has come. */
  readonly unfinishedBytes: number
  /** Counts a socket, before TLS and WebSocket; it may be closed at once. */
  admit(socket: Socket): void
  /** `socket`: what `admit` was given, or what has its addresses. */
  accept(stream: Duplex, socket: Socket): void
}

export interface Listener {
  /** As a client would name it, with the real port. */
  readonly url: string
  close(): void
}

/** Bytes from the network before the first frame is whole: no more than a CONNECT may be large, and what may follow it at once. */
const FIRST_FRAME = 4 * 1024 * 1024
/** What a frame of a client has before its payload, if that is short: two bytes, and four for the mask. */
const SHORT_HEAD = 6
/** WebSocket's "this kind of frame is not taken". */
const UNSUPPORTED = 1003

/** Listens for MQTT, or for MQTT over WebSocket. Rejects with a `TidingsError` of kind connect that tells why it cannot. */
export async function listen(address: ListenAddress, options: ListenOptions): Promise<Listener> {
  const server = address.webSocket ? await webSocketServer(options) : await plainServer(options)
  server.prependListener('connection', (socket: Socket) => options.admit(socket))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(address, error)))
    server.listen(address.port, address.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const scheme = `${address.webSocket ? 'ws' : 'mqtt'}${options.tls === undefined ? '' : 's'}`
  return { url: `${scheme}://${formatHost(address.host)}:${port}`, close: () => void server.close() }
}

/** Whether only this computer can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

async function plainServer({ tls, accept }: ListenOptions): Promise<Server> {
  const take = (socket: Socket) => {
    socket.on('error', () => socket.destroy())
    accept(socket, socket)
  }
  if (tls === undefined) return createServer({ noDelay: true }, take)
  const [{ createServer: createTlsServer }, { serverTlsOptions }] = await Promise.all([
    import('node:tls'),
    import('./server-tls.js')
  ])
  return createTlsServer(serverTlsOptions(tls), take)
}

async function webSocketServer(options: ListenOptions): Promise<Server> {
  const [{ WebSocketServer, createWebSocketStream }, http, https] = await Promise.all([
    import('ws'),
    import('node:http'),
    import('node:https')
  ])
  const { tls, origins, packetSize, accept } = options
  const unfinished = new UnfinishedPackets<WebSocket>(options.unfinishedBytes)
  const server: HttpServer =
    tls === undefined
      ? http.createServer()
      : https.createServer((await import('./server-tls.js')).serverTlsOptions(tls))
  server.on('request', (_request, response) => response.writeHead(426, { Connection: 'close' }).end())
  const sockets = new WebSocketServer({
    server,
    maxPayload: packetSize,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : offered.has('mqttv3.1') && 'mqttv3.1'),
    verifyClient: ({ req }: { req: IncomingMessage }) => isOriginAllowed(req.headers.origin, origins)
  })
  // The server's own error, which `listen` reports, comes by here too.
  sockets.on('error', () => undefined)
  sockets.on('connection', (socket, { socket: below }) => {
    // MQTT comes in binary frames alone [MQTT-6.0.0-1].
    socket.on('message', (_frame, isBinary) => {
      if (!isBinary) socket.close(UNSUPPORTED)
    })
    boundFrames(socket, below, unfinished)
    const stream = createWebSocketStream(socket)
    stream.on('error', () => stream.destroy())
    accept(stream, below)
  })
  return server
}

/** `ws` gathers what a message consists of, and hands it over as a whole: what it has gathered is known by what has come since the last one. */
function boundFrames(socket: WebSocket, below: Socket, unfinished: UnfinishedPackets<WebSocket>): void {
  let since = below.bytesRead
  let most = FIRST_FRAME
  below.on('data', () => {
    const bytes = below.bytesRead - since
    if (bytes > most) socket.terminate()
    else unfinished.note(socket, bytes)?.terminate()
  })
  socket.on('message', () => {
    since = below.bytesRead
    most = Number.POSITIVE_INFINITY
    unfinished.note(socket, 0)
  })
  // It may come between two parts of a message.
  for (const kind of ['ping', 'pong'] as const)
    socket.on(kind, ({ length }) => {
      since += length + SHORT_HEAD
    })
  socket.on('close', () => unfinished.note(socket, 0))
}

/** A browser sends a page's origin along; without this any page that a user visits could speak to a broker on this computer. */
function isOriginAllowed(origin: string | undefined, allowed: readonly string[]): boolean {
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true
  if (!URL.canParse(origin)) return false
  return isLoopback(new URL(origin).hostname.replace(/^\[|\]$/g, ''))
}

function cannotListen({ host, port }: ListenAddress, error: NodeJS.ErrnoException): TidingsError {
  const address = `${formatHost(host)}:${port}`
  const [why, suggestion] = reasons[error.code ?? ''] ?? [error.message, '--listen names another address']
  return new TidingsError('connect', `cannot listen on "${address}": ${why}`, {
    code: error.code === 'EADDRINUSE' ? 'port-in-use' : 'cannot-listen',
    suggestion
  })
}

const reasons: Readonly<Record<string, readonly [why: string, suggestion: string]>> = {
  EADDRINUSE: ['the port is in use', 'another port, or any free one: --listen 127.0.0.1:0'],
  EACCES: ['ports below 1024 need more rights', 'take another port: --listen 127.0.0.1:1883'],
  EADDRNOTAVAIL: ['this computer has no such address', 'all of its addresses: --listen 0.0.0.0:1883'],
  ENOTFOUND: ['no such host is known', 'this computer only: --listen 127.0.0.1:1883']
}
