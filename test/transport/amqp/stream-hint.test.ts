import { describe, expect, it } from 'vitest'
import { amqpWorld } from '../../support/amqp-world.js'
import { Notices, Received } from '../../support/connection-options.js'
import { isRabbitmqMissing } from '../../support/rabbitmq.js'
import { useRabbitmq } from '../../support/use-rabbitmq.js'

const hintFor = (queue: string) => ({
  kind: 'warning',
  text: `the queue "${queue}" is a stream: only what comes from now on is read; --from beginning reads what it keeps, too`
})

describe.skipIf(isRabbitmqMissing)('who reads a queue without a position', () => {
  const { subscribe, publish, declare } = amqpWorld(useRabbitmq())

  /** A stream that RabbitMQ says to hold messages; it counts them every few seconds. */
  async function filled(queue: string): Promise<void> {
    const client = await declare(queue, 'stream')
    await publish(`/queues/${queue}`, 'one', 'two')
    for (;;) {
      const look = await client.ask(1, 'queue.declare', { queue, passive: true }, 'queue.declare-ok')
      if (look.messageCount !== 0) return
    }
  }

  it('is told of --from where it is a stream that holds messages, and still reads what comes', async () => {
    await filled('audit')
    const notices = new Notices()
    const { received } = await subscribe('/queues/audit', new Received(), { onNotice: notices.take })
    expect(await notices.first('warning')).toEqual(hintFor('audit'))
    await publish('/queues/audit', 'three')
    await received.atLeast(1)
    expect(received.texts).toEqual(['three'])
  })

  it('is told so, too, where it is to end at the end', async () => {
    await filled('ended')
    const notices = new Notices()
    const options = { onNotice: notices.take }
    const { grants } = await subscribe('/queues/ended', new Received(), options, { untilEnd: true })
    await grants[0]?.end
    expect(notices.all).toEqual([hintFor('ended')])
  })

  it.each(['classic', 'quorum'])('is told nothing at a %s queue', async (type) => {
    await declare(type, type)
    await publish(`/queues/${type}`, 'one', 'two')
    const notices = new Notices()
    const { received, connection } = await subscribe(`/queues/${type}`, new Received(), {
      onNotice: notices.take
    })
    await received.atLeast(2)
    await connection.close()
    expect(notices.all).toEqual([])
  })
})
