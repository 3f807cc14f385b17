import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import {
  createServer,
  type SecureContextOptions,
  type Server,
  type TLSSocket,
  type TlsOptions
} from 'node:tls'
import type { Certificates } from './certificates.js'
import { listenLocally } from './listen-locally.js'

export interface TlsServer {
  readonly port: number
  /** Makes handshakes use these options from now on. Without a certificate, a handshake fails with an alert. */
  present(options: SecureContextOptions): void
  /** Resolves with the next client that completes a handshake. */
  next(): Promise<TLSSocket>
  close(): void
}

/** Starts a server that speaks TLS with the certificate for localhost, 127.0.0.1 and ::1. */
export async function startTlsServer(
  { paths }: Certificates,
  options: TlsOptions = {},
  onPeer: (peer: TLSSocket) => void = () => undefined
): Promise<TlsServer> {
  const sockets = new Set<Socket>()
  const server: Server = createServer(
    { cert: readFileSync(paths.serverCert), key: readFileSync(paths.serverKey), ...options },
    (peer) => {
      peer.on('error', () => undefined)
      onPeer(peer)
    }
  )
  server.on('connection', (socket) => sockets.add(socket))
  const port = await listenLocally(server)
  return {
    port,
    present: (other) => server.setSecureContext(other),
    next: async () => (await once(server, 'secureConnection'))[0],
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  }
}
