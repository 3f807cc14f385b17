import { afterEach, describe, expect, it } from 'vitest'
import type { Receiver } from '../../../src/core/connection.js'
import { type AmqpServer, startAmqpServer } from '../../support/amqp-server.js'
import { amqpWorld } from '../../support/amqp-world.js'
import { Notices, Received } from '../../support/connection-options.js'

describe('a loss while the receiver still handles what came first', () => {
  let server: AmqpServer | undefined
  const host = () => {
    if (server === undefined) throw new Error('there is no server')
    return server
  }
  const { open, publish, declare } = amqpWorld(host)
  afterEach(() => server?.stop())

  /** Takes everything, and holds the first batch until it is let go. */
  function holding() {
    const received = new Received()
    let letGo: () => void = () => {}
    const isLetGo = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const receive: Receiver = async (batch) => {
      received.take(batch)
      await isLetGo
    }
    return { received, receive, letGo }
  }

  it('does not end the reading of a queue before all is shown', async () => {
    server = await startAmqpServer()
    await declare('large')
    // So large that few of them are held at once.
    const payloads = Array.from({ length: 6 }, (_, at) => Buffer.alloc(5_000_000, at))
    for (const payload of payloads) await publish('/queues/large', payload)
    const { received, receive, letGo } = holding()
    const notices = new Notices()
    const connection = await open({ onNotice: notices.take })
    const [grant] = await connection.subscribe(
      [{ pattern: '/queues/large', guarantee: 1, untilEnd: true }],
      receive
    )
    await received.atLeast(1)
    server.cut()
    await notices.first('reconnected')
    await server.until(() => host().queue('large')?.readers.length === 1)
    letGo()
    await grant?.end
    expect(new Set(received.messages.map(({ payload }) => payload?.[0]))).toEqual(new Set([0, 1, 2, 3, 4, 5]))
  })

  it('loses nothing of a stream that is read from now on', async () => {
    server = await startAmqpServer()
    await declare('live', 'stream')
    const { received, receive, letGo } = holding()
    const notices = new Notices()
    const connection = await open({ onNotice: notices.take })
    await connection.subscribe([{ pattern: '/queues/live', guarantee: 1 }], receive)
    await publish('/queues/live', 'held')
    await received.atLeast(1)
    await publish('/queues/live', 'behind it')
    server.cut()
    await notices.first('reconnected')
    await server.until(() => host().queue('live')?.readers.length === 1)
    letGo()
    await publish('/queues/live', 'last')
    while (!received.texts.includes('last')) await received.atLeast(received.texts.length + 1)
    expect([...new Set(received.texts)]).toEqual(['held', 'behind it', 'last'])
  })
})
