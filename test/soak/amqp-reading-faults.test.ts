import { afterEach, describe, expect, it } from 'vitest'
import type { ConnectionOptions } from '../../src/core/connection.js'
import { openAmqp } from '../../src/transport/amqp/open-amqp.js'
import { openAmqpClient } from '../support/amqp-client.js'
import type { AmqpFaults } from '../support/amqp-faults.js'
import { text } from '../support/amqp-fields.js'
import { type AmqpServer, startAmqpServer } from '../support/amqp-server.js'
import { connectionOptions, message, Received } from '../support/connection-options.js'
import { extent } from './extent.js'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const BODIES = ['', 'a', 'b'.repeat(200), 'last']
/** More than a frame holds. */
const LONG = 'c'.repeat(5000)

/** A server with a queue, or a stream, that holds these bodies. */
async function startServer(faults: AmqpFaults, type: string, bodies: readonly string[]): Promise<AmqpServer> {
  const server = await startAmqpServer({ tune: { channelMax: 0, frameMax: 4096, heartbeat: 0 } }, faults)
  endings.push(() => server.stop())
  const client = await openAmqpClient(server.url)
  await client.channel()
  await client.ask(
    1,
    'queue.declare',
    { queue: 'q', durable: true, arguments: [['x-queue-type', text(type)]] },
    'queue.declare-ok'
  )
  await client.close()
  const publisher = await openAmqp(connectionOptions(server.url))
  await publisher.publish(
    bodies.map((body) => ({ ...message('/queues/q', body), headers: [['h', body.slice(0, 9)]] }))
  )
  await publisher.close()
  return server
}

async function read(server: AmqpServer, options: Partial<ConnectionOptions> = {}, isStream = false) {
  const connection = await openAmqp(connectionOptions(server.url, options))
  endings.push(() => connection.close())
  const received = new Received()
  const subscription = { pattern: '/queues/q', guarantee: 1 } as const
  void connection.subscribe([{ ...subscription, ...(isStream && { from: 'beginning' }) }], received.take)
  return { connection, received }
}

describe.each(['classic', 'stream'])('what a server has in a %s queue', (type) => {
  it('is read whole where it comes one byte at a time', async () => {
    const faults: AmqpFaults = {}
    const bodies = [...BODIES, LONG, 'end']
    const server = await startServer(faults, type, bodies)
    faults.bytesPerWrite = 1
    const { received } = await read(server, {}, type === 'stream')
    await received.atLeast(bodies.length)
    expect(received.texts).toEqual(bodies)
    expect(received.messages.map(({ headers }) => headers)).toEqual(
      bodies.map((body) => [['h', body.slice(0, 9)]])
    )
  })

  it('comes at least once and in order, wherever the connection is cut', async () => {
    /** Reads everything over a connection that is cut once so many bytes have come. Returns whether it was cut. */
    async function readCutAt(bytes: number): Promise<boolean> {
      const faults: AmqpFaults = {}
      const server = await startServer(faults, type, BODIES)
      const before = server.peers.length
      faults.cutAfterSending = bytes
      void server
        .until(() => server.peers.length > before + 1)
        .then(() => delete faults.cutAfterSending)
        .catch(() => undefined)
      const { connection, received } = await read(server, { wait: 60_000 }, type === 'stream')
      // Repeated messages come before what had not come.
      const isComplete = () => new Set(received.texts).size === BODIES.length
      while (!isComplete()) await received.atLeast(received.messages.length + 1)
      expect([...new Set(received.texts)]).toEqual(BODIES)
      await connection.close()
      if (type === 'classic') expect(server.queue('q')?.ready).toEqual([])
      await server.stop()
      return server.peers.length > before + 1
    }

    // One after the other, each would wait for its next connection.
    const together = 60
    const step = extent({ short: 29, long: 1 })
    let isCut = true
    for (let first = 1; isCut; first += together * step) {
      const cuts = Array.from({ length: together }, (_, at) => readCutAt(first + at * step))
      isCut = (await Promise.all(cuts)).some((each) => each)
    }
  })
})
