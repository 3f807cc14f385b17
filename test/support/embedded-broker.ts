import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { BrokerCounts } from '../../src/core/broker-status.js'
import { type BrokerOptions, startBroker } from '../../src/transport/embedded/start-broker.js'
import { listenLocally } from './listen-locally.js'

export interface TestBroker {
  /** `mqtt://127.0.0.1:PORT`, on a free port. */
  readonly url: string
  readonly port: number
  counts(): BrokerCounts
  /** Cuts every connection and frees the port. Everything that was stored is lost. */
  stop(): Promise<void>
}

/** Starts the embedded broker in this process, for tests that need a real broker. By default it keeps everything in memory. */
export async function startEmbeddedBroker(options: BrokerOptions = {}): Promise<TestBroker> {
  const broker = startBroker(options)
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
    broker.accept(socket)
  })
  const port = await listenLocally(server)
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    counts: broker.counts,
    stop: async () => {
      await broker.stop()
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    }
  }
}
