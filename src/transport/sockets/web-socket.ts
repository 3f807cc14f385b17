import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocket } from 'ws'
import { MAX_LINE_BYTES } from '../../core/lines.js'
import { type BrokerUrl, formatHost, withoutZone } from '../broker-url.js'
import type { SocketOptions } from './open-socket.js'
import { UpgradeRefused, WebSocketClosed } from './web-socket-trouble.js'

/** The largest frame that is taken, in bytes: no message can be larger. ws itself would stop at 100 MiB. */
const LARGEST_FRAME = MAX_LINE_BYTES + 1024

/** Speaks WebSocket on an open (TCP or TLS) socket. */
export function openWebSocket(
  socket: Socket,
  url: BrokerUrl,
  { wsHeaders, subprotocol }: Pick<SocketOptions, 'wsHeaders' | 'subprotocol'>,
  signal: AbortSignal
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    // A zone means nothing to the other side (RFC 6874, section 1).
    const host = formatHost(withoutZone(url.host))
    const webSocket = new WebSocket(`${url.socket}://${host}:${url.port}${url.path}`, subprotocol, {
      headers: { ...wsHeaders },
      createConnection: () => socket,
      perMessageDeflate: false,
      maxPayload: LARGEST_FRAME
    })
    const giveUp = (error: unknown) => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      reject(error)
    }
    const onAbort = () => giveUp(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    // This listener stays registered: ws emits further errors when a socket is destroyed in the middle of a handshake.
    webSocket.on('error', giveUp)
    webSocket.once('unexpected-response', (_request: ClientRequest, response: IncomingMessage) => {
      giveUp(new UpgradeRefused(response.statusCode ?? 0, locationOf(response, url)))
    })
    // Made before 'open', so that a frame which comes with the handshake is not lost.
    const stream = createWebSocketStream(webSocket)
    stream.on('error', giveUp)
    let closed = new WebSocketClosed(1006, '')
    webSocket.once('close', (code, reason) => {
      closed = new WebSocketClosed(code, reason.toString())
    })
    mendWrites(stream, webSocket, () => closed)
    webSocket.once('open', () => {
      signal.removeEventListener('abort', onAbort)
      webSocket.off('error', giveUp)
      stream.off('error', giveUp)
      // After a frame that it cannot read, ws would wait 30 s for the other side to close, and the stream tells its error only then.
      webSocket.on('error', () => webSocket.terminate())
      // ws would wait 30 s for the other side to close.
      stream.once('error', () => socket.destroy())
      stream.once('close', () => socket.destroy())
      // When the broker closes, ws leaves our side open. Only the next write, perhaps a PINGREQ much later, would then fail.
      stream.once('end', () => stream.destroy(closed.saysWhy ? closed : undefined))
      resolve(stream)
    })
  })
}

/** Where a refusal redirects its clients. A relative URL belongs to the same server. */
function locationOf({ headers: { location } }: IncomingMessage, { socket, host, port }: BrokerUrl) {
  const base = `${socket}://${formatHost(withoutZone(host))}:${port}`
  return location !== undefined && URL.canParse(location, base) ? new URL(location, base).href : undefined
}

/**
 * Changes how a WebSocket stream writes. Empty frames are left out: an empty string in CONNECT causes one, and mosquitto 2.1.2 takes it for
 * a protocol error. A write after the broker's closing frame fails with the reason of that frame.
 */
function mendWrites(stream: Duplex, webSocket: WebSocket, whyClosed: () => Error): void {
  const write = stream._write.bind(stream)
  stream._write = (chunk: Uint8Array, encoding, callback) => {
    if (chunk.length === 0) callback()
    else if (webSocket.readyState === WebSocket.CLOSING) {
      webSocket.once('close', () => callback(whyClosed()))
      // ws would wait 30 s for the other side to close.
      webSocket.terminate()
    } else if (webSocket.readyState === WebSocket.CLOSED) callback(whyClosed())
    else write(chunk, encoding, callback)
  }
}
