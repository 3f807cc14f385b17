import { afterEach } from 'vitest'
import type { ConnectionOptions, Subscription } from '../../src/core/connection.js'
import type { AmqpConnection } from '../../src/transport/amqp/amqp-connection.js'
import { openAmqp } from '../../src/transport/amqp/open-amqp.js'
import { type AmqpClient, openAmqpClient } from './amqp-client.js'
import { type Table, text } from './amqp-fields.js'
import { connectionOptions, message, Received } from './connection-options.js'

/** What tests of subscriptions over AMQP do at a broker. What they open is closed behind each test. To be called where tests are described. */
export function amqpWorld(host: () => { readonly url: string }) {
  const endings: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end()
  })

  async function open(options: Partial<ConnectionOptions> = {}): Promise<AmqpConnection> {
    const connection = await openAmqp(connectionOptions(host().url, options))
    endings.push(() => connection.close())
    return connection
  }

  /** Subscribes to one pattern on a connection of its own. */
  async function subscribe(
    pattern: string,
    received = new Received(),
    options: Partial<ConnectionOptions> = {},
    wish: Partial<Subscription> = {}
  ) {
    const connection = await open(options)
    const grants = await connection.subscribe([{ pattern, guarantee: 1, ...wish }], received.take)
    return { connection, received, grants }
  }

  async function publish(channel: string, ...payloads: readonly (string | Uint8Array)[]): Promise<void> {
    const connection = await open()
    const report = await connection.publish(payloads.map((payload) => message(channel, payload)))
    if (report.acknowledged !== payloads.length) throw new Error(JSON.stringify(report))
    await connection.close()
  }

  /** A client with channel 1. */
  async function openClient(): Promise<AmqpClient> {
    const client = await openAmqpClient(host().url)
    endings.push(() => client.close())
    await client.channel()
    return client
  }

  /** Makes a durable queue that belongs to nobody. */
  async function declare(queue: string, type = 'classic', args: Table = []): Promise<AmqpClient> {
    const client = await openClient()
    await client.ask(
      1,
      'queue.declare',
      { queue, durable: true, arguments: [['x-queue-type', text(type)], ...args] },
      'queue.declare-ok'
    )
    return client
  }

  return { endings, open, subscribe, publish, openClient, declare }
}
