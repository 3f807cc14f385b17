import { afterEach, expect, it } from 'vitest'
import { openAmqp } from '../../../src/transport/amqp/open-amqp.js'
import { startAmqpServer } from '../../support/amqp-server.js'
import { connectionOptions, message, Received } from '../../support/connection-options.js'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

async function openWithChannels(channelMax: number) {
  const server = await startAmqpServer({ tune: { channelMax, frameMax: 131_072, heartbeat: 0 } }, {})
  endings.push(() => server.stop())
  const connection = await openAmqp(connectionOptions(server.url))
  endings.push(() => connection.close())
  return connection
}

it('more queues than the broker has channels for are refused, and the others are read', async () => {
  const connection = await openWithChannels(2)
  const received = new Received()
  const ask = async (pattern: string) =>
    (await connection.subscribe([{ pattern, guarantee: 1 }], received.take))[0]
  expect(await ask('a.#')).toEqual({ pattern: 'a.#', guarantee: 1 })
  expect(await ask('b.#')).toEqual({ pattern: 'b.#', guarantee: 1 })
  expect(await ask('c.#')).toMatchObject({
    guarantee: undefined,
    reason: 'a connection to this broker has no more than 2 channels',
    suggestion: 'read fewer queues at once, or raise channel_max in the configuration of RabbitMQ'
  })
})

it('a message for which there is no channel ends the connection with the reason', async () => {
  const connection = await openWithChannels(1)
  await connection.subscribe([{ pattern: 'a.#', guarantee: 1 }], () => {})
  expect(await connection.publish([message('a.b', 'x')])).toMatchObject({ unacknowledged: 1 })
  expect(await connection.closed).toMatchObject({ kind: 'unfinished', code: 'no-channel' })
})
