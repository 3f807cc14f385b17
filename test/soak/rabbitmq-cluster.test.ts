import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAmqpClient } from '../support/amqp-client.js'
import { content } from '../support/amqp-content.js'
import { text } from '../support/amqp-fields.js'
import { isRabbitmqMissing } from '../support/rabbitmq.js'
import { type RabbitmqCluster, startRabbitmqCluster } from '../support/rabbitmq-cluster.js'

describe.skipIf(isRabbitmqMissing)('three nodes of RabbitMQ', () => {
  let cluster: RabbitmqCluster
  beforeAll(async () => {
    cluster = await startRabbitmqCluster()
  }, 180_000)
  afterAll(() => cluster?.stop())

  it('keep a quorum queue while one of them is killed, and take it back', async () => {
    const [first, second, third] = cluster.nodes
    if (first === undefined || second === undefined || third === undefined) throw new Error('three nodes')
    const host = await first.newHost()
    const there = await openAmqpClient(host.on(third.address).url)
    await there.channel()
    const args = [['x-queue-type', text('quorum')]] as const
    await there.ask(1, 'queue.declare', { queue: 'q', durable: true, arguments: args }, 'queue.declare-ok')
    await there.ask(1, 'confirm.select', {}, 'confirm.select-ok')
    for (const body of ['1', '2', '3']) {
      there.send(1, 'basic.publish', { routingKey: 'q' }, content(body, { deliveryMode: 2 }))
      await there.next(1, 'basic.ack')
    }
    const here = await openAmqpClient(host.on(second.address).url)
    await here.channel()
    here.send(1, 'basic.qos', { prefetchCount: 1 })
    await here.ask(1, 'basic.consume', { queue: 'q' }, 'basic.consume-ok')
    const delivered = async () => `${(await here.next(1, 'basic.deliver')).content?.body}`
    const bodies = [await delivered()]
    // The leader of the queue: the node at which it was declared.
    await third.kill()
    for (let tag = 1n; tag < 3n; tag++) {
      here.send(1, 'basic.ack', { deliveryTag: tag })
      bodies.push(await delivered())
    }
    expect(bodies).toEqual(['1', '2', '3'])
    await third.start()
    const back = await openAmqpClient(host.on(third.address).url)
    await back.close()
    await here.close()
  })
})
