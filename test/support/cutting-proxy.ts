import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { listenLocally } from './listen-locally.js'

/** A TCP proxy in front of a broker that can be told to cut its connections. */
export interface CuttingProxy {
  readonly url: string
  /** How many connections were cut so far. */
  readonly cuts: number
  /** Cuts all connections. Returns whether there was any. */
  cut(): boolean
  /** Cuts at random times, `every` milliseconds on average, until so many connections were cut. */
  cutAtRandom(every: number, count: number): void
  close(): Promise<void>
}

/** Sees the bytes of a connection as they pass. */
export interface Onlooker {
  fromClient(chunk: Buffer): void
  fromBroker(chunk: Buffer): void
}

/** @param look makes an onlooker for each new connection */
export async function startCuttingProxy(broker: string, look?: () => Onlooker): Promise<CuttingProxy> {
  const { hostname, port } = new URL(broker)
  const pairs = new Set<readonly [Socket, Socket]>()
  let cuts = 0
  let timer: NodeJS.Timeout | undefined
  const server = createServer((client) => {
    const upstream = connect({ host: hostname, port: Number(port), noDelay: true })
    client.setNoDelay(true)
    const pair = [client, upstream] as const
    pairs.add(pair)
    const onlooker = look?.()
    client.on('data', (chunk) => onlooker?.fromClient(chunk))
    upstream.on('data', (chunk) => onlooker?.fromBroker(chunk))
    client.pipe(upstream)
    upstream.pipe(client)
    for (const socket of pair) {
      socket.on('error', () => undefined)
      socket.on('close', () => {
        pairs.delete(pair)
        for (const each of pair) each.destroy()
      })
    }
  })
  const ownPort = await listenLocally(server)

  function cut(): boolean {
    const present = [...pairs]
    for (const pair of present) {
      cuts++
      // Either an end as from a router that is switched off, or a reset as from a router that has forgotten the connection.
      for (const socket of pair) Math.random() < 0.5 ? socket.destroy() : socket.resetAndDestroy()
    }
    return present.length > 0
  }

  return {
    url: `mqtt://127.0.0.1:${ownPort}`,
    get cuts() {
      return cuts
    },
    cut,
    cutAtRandom(every, count) {
      const until = cuts + count
      const next = () => {
        timer = setTimeout(
          () => {
            cut()
            if (cuts < until) next()
          },
          every * 2 * Math.random()
        )
      }
      next()
    },
    close: async () => {
      clearTimeout(timer)
      for (const pair of pairs) for (const socket of pair) socket.destroy()
      server.close()
      await once(server, 'close')
    }
  }
}
