import { afterEach, expect, it } from 'vitest'
import { type AmqpServer, startAmqpServer } from '../../support/amqp-server.js'
import { amqpWorld } from '../../support/amqp-world.js'

let server: AmqpServer
const { subscribe, publish } = amqpWorld(() => server)
afterEach(() => server.stop())

// RabbitMQ (3.10 to 4) closes the connection with INTERNAL_ERROR otherwise, and a queue of the connection is gone with its messages.
it('cancels no consumer that the broker has not confirmed yet, however the size of messages changes', async () => {
  const held: (() => void)[] = []
  const cancelled: string[] = []
  server = await startAmqpServer(
    {},
    {
      onMethod: ({ channels }, number, method) => {
        if (method.name === 'basic.cancel') cancelled.push(method.args.consumerTag)
        const isHeld =
          (method.name === 'basic.consume' && method.args.consumerTag === 'tidings-2') ||
          (method.name === 'basic.cancel' && method.args.consumerTag === 'tidings-1')
        // The first consumer goes on meanwhile.
        if (isHeld) held.push(() => channels.get(number)?.take(method, undefined))
        return isHeld
      }
    }
  )
  const { received } = await subscribe('sizes')
  await publish('sizes', Buffer.alloc(300_000))
  await received.atLeast(1)
  await server.until(() => held.length === 2)
  const small = Array.from({ length: 300 }, (_, at) => `${at}`)
  await publish('sizes', ...small)
  await received.atLeast(301)
  expect(cancelled).toEqual(['tidings-1'])
  for (const answer of held) answer()
  await server.until(() => cancelled.length === 2)
  expect(cancelled).toEqual(['tidings-1', 'tidings-2'])
  await publish('sizes', 'last')
  await received.atLeast(302)
  expect(received.texts.slice(1)).toEqual([...small, 'last'])
})
