import { describe, expect, it } from 'vitest'
import { content } from '../../support/amqp-content.js'
import { amqpWorld } from '../../support/amqp-world.js'
import { Notices, Received } from '../../support/connection-options.js'
import { isRabbitmqMissing } from '../../support/rabbitmq.js'
import { useRabbitmq } from '../../support/use-rabbitmq.js'

/** More than the few messages that a consumer begins with, so that another takes its place. */
const MANY = 40

describe.skipIf(isRabbitmqMissing)('messages that claim to have an offset in a stream, in no stream', () => {
  const host = useRabbitmq()
  const { open, subscribe, openClient, declare } = amqpWorld(host)

  /** Publishes texts whose claimed offsets fall, as those of messages that somebody has moved here from a stream. */
  async function publishClaims(exchange: string, routingKey: string, count = MANY): Promise<string[]> {
    const client = await openClient()
    const texts = Array.from({ length: count }, (_, at) => `${routingKey} ${at}`)
    for (const [at, text] of texts.entries()) {
      const headers = [['x-stream-offset', { type: 'l', value: BigInt(1000 - at) }]] as const
      client.send(1, 'basic.publish', { exchange, routingKey }, content(Buffer.from(text), { headers }))
    }
    return texts
  }

  it.each(['classic', 'quorum'])('are all read from a %s queue, and acknowledged', async (type) => {
    const queue = `moved-${type}`
    await declare(queue, type)
    const texts = await publishClaims('', queue)
    const { received } = await subscribe(`/queues/${queue}`)
    while (new Set(received.texts).size < MANY) await received.atLeast(received.texts.length + 1)
    // What was given back meanwhile may come later.
    expect(new Set(received.texts)).toEqual(new Set(texts))
  })

  it.each([true, undefined])(
    'stay in a queue that is only looked at (until its end: %s)',
    async (untilEnd) => {
      const queue = `looked-at-${untilEnd}`
      await declare(queue)
      await publishClaims('', queue)
      const wish = { browse: true, ...(untilEnd && { untilEnd }) }
      const { received, connection } = await subscribe(`/queues/${queue}`, new Received(), {}, wish)
      while (new Set(received.texts).size < MANY) await received.atLeast(received.texts.length + 1)
      await connection.close()
      while ((await host().queue(queue))?.ready !== MANY);
    }
  )

  it('are all read by who subscribes to their key, before and after a loss', async () => {
    const notices = new Notices()
    const received = new Received()
    const connection = await open({ onNotice: notices.take })
    await connection.subscribe([{ pattern: 'moved.#', guarantee: 1 }], received.take)
    const texts = await publishClaims('amq.topic', 'moved.before')
    await received.atLeast(MANY)
    await host().closeConnections('a test wants it')
    await notices.first('reconnected')
    while ((await host().bindings()).length < 1);
    texts.push(...(await publishClaims('amq.topic', 'moved.after', 3)))
    await received.atLeast(MANY + 3)
    expect(received.texts).toEqual(texts)
  })
})
