import { setTimeout as pause } from 'node:timers/promises'
import { startRabbitmq } from '../support/rabbitmq.js'
import { binary } from '../support/rabbitmq-witness.js'
import { EXCHANGE, KEY, QUEUE } from './rabbitmq-rows.js'
import { startSlowWay } from './slow-way.js'

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
