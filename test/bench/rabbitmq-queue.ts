import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { listenLocally } from '../support/listen-locally.js'
import { startRabbitmq } from '../support/rabbitmq.js'
import { binary } from '../support/rabbitmq-witness.js'
import { EXCHANGE, KEY, QUEUE } from './rabbitmq-rows.js'

/** A RabbitMQ with one durable queue, which gets what is published to the key of the bench. */
export interface BenchQueue {
  readonly url: string
  readonly mqttUrl: string
  readonly slowUrl: string
  purge(): Promise<void>
  /** How many messages are in the queue once that is as expected, or does not change any more. */
  settled(expected: number): Promise<number>
  stop(): Promise<void>
}

/** Starts it from Debian's package. */
export async function startBenchQueue(): Promise<BenchQueue> {
  const broker = await startRabbitmq()
  const host = await broker.newHost()
  const resource = (kind: string, name: string) =>
    `{resource, ${binary(host.name)}, ${kind}, ${binary(name)}}`
  const queue = resource('queue', QUEUE)
  await host.do(
    `rabbit_amqqueue:declare(${queue}, true, false, [], none, <<"tidings">>),
     rabbit_binding:add({binding, ${resource('exchange', EXCHANGE)}, ${binary(KEY)}, ${queue}, []}, <<"tidings">>)`
  )
  const slow = await startSlowWay(host.address.ports.amqp)
  const slowUrl = new URL(host.url)
  slowUrl.port = String(slow.port)
  return {
    url: host.url,
    mqttUrl: host.mqttUrl,
    slowUrl: slowUrl.href,
    purge: () => host.do(`{ok, Queue} = rabbit_amqqueue:lookup(${queue}), rabbit_amqqueue:purge(Queue)`),
    // A client that asks for no confirms ends before the broker has stored all.
    settled: async (expected) => {
      for (let last = -1; ; await pause(500)) {
        const now = (await host.queue(QUEUE))?.ready ?? 0
        if (now === expected || now === last) return now
        last = now
      }
    },
    stop: async () => {
      await slow.close()
      await broker.stop()
    }
  }
}

/** A way to the broker that carries 64 KiB of a client in 20 ms. */
async function startSlowWay(port: number) {
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
