import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { Transform } from 'node:stream'
import { listenLocally } from '../support/listen-locally.js'

/** A way to a port of this machine that carries 64 KiB of a client in 20 ms. */
export async function startSlowWay(port: number): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((client) => {
    const broker = connect(port, '127.0.0.1')
    const slowly = new Transform({
      transform: (chunk, _, done) => {
        setTimeout(() => done(null, chunk), 20)
      }
    })
    client.pipe(slowly).pipe(broker)
    broker.pipe(client)
    for (const socket of [client, broker]) {
      socket.on('error', () => undefined)
      socket.on('close', () => {
        client.destroy()
        broker.destroy()
      })
    }
  })
  const ownPort = await listenLocally(server)
  return {
    port: ownPort,
    close: async () => {
      server.close()
      await once(server, 'close')
    }
  }
}
