import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAmqpClient } from '../support/amqp-client.js'
import { content } from '../support/amqp-content.js'
import { text } from '../support/amqp-fields.js'
import { connectionOptions, message, Notices, Received } from '../support/connection-options.js'
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.js'
import { NumberPublisher, NumberWitness } from '../support/numbered-messages.js'
import { openConnection } from '../support/open-connection.js'
import { isRabbitmqMissing } from '../support/rabbitmq.js'
import { type RabbitmqCluster, startRabbitmqCluster } from '../support/rabbitmq-cluster.js'
import type { RabbitmqNode } from '../support/rabbitmq-node.js'
import { extent, figure } from './extent.js'

describe.skipIf(isRabbitmqMissing)('three nodes of RabbitMQ', () => {
  let cluster: RabbitmqCluster
  beforeAll(async () => {
    cluster = await startRabbitmqCluster()
  }, 180_000)
  const proxies: CuttingProxy[] = []
  afterAll(async () => {
    for (const proxy of proxies) await proxy.close()
    await cluster?.stop()
  })

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

  it('have a reader of a session wait while the node of its queue is down', async () => {
    const [first, second, third] = cluster.nodes
    if (first === undefined || second === undefined || third === undefined) throw new Error('three nodes')
    const host = await first.newHost()
    const [there, here] = [host.on(third.address).url, host.on(second.address).url]
    const notices = new Notices()
    const received = new Received()
    const subscriber = await openConnection(
      connectionOptions([there, here], { session: 'kept', onNotice: notices.take })
    )
    await subscriber.subscribe([{ pattern: 'a', guarantee: 1 }], received.take)
    const publisher = await openConnection(connectionOptions(here))
    expect(await publisher.publish([message('a', '1')])).toMatchObject({ acknowledged: 1 })
    await received.atLeast(1)
    await third.kill()
    await notices.saying('cannot read the session "kept" at present')
    await third.start()
    await notices.saying('the session "kept" is read again')
    expect(await publisher.publish([message('a', '2')])).toMatchObject({ acknowledged: 1 })
    // The node may have been killed before it knew that the first one was taken.
    while (!received.texts.includes('2')) await received.atLeast(received.messages.length + 1)
    expect([...new Set(received.texts)]).toEqual(['1', '2'])
    await publisher.close()
    await subscriber.close()
  })

  it('lose no message between tidings and tidings while one after the other stops, and connections are cut', async () => {
    const count = extent({ short: 3000, long: 30_000, full: 200_000 })
    const stops = extent({ short: 1, long: 3, full: 20 })
    const wantedCuts = extent({ short: 2, long: 6, full: 20 })
    const [first] = cluster.nodes
    if (first === undefined) throw new Error('three nodes')
    const host = await first.newHost()
    await declareQuorumQueue(host.url, 'soak')
    const brokers: string[] = []
    for (const { address } of cluster.nodes) {
      const url = new URL(host.on(address).url)
      const proxy = await startCuttingProxy(url.href)
      proxies.push(proxy)
      url.port = new URL(proxy.url).port
      brokers.push(url.href)
    }
    let losses = 0
    const onNotice = ({ kind }: { kind: string }) => {
      if (kind === 'reconnecting') losses++
    }
    const witness = new NumberWitness(count)
    const subscriber = await openConnection(connectionOptions(brokers.toReversed(), { onNotice }))
    await subscriber.subscribe([{ pattern: '/queues/soak', guarantee: 1 }], (messages) => {
      for (const { payload, amqp } of messages)
        witness.take(payload ?? Buffer.alloc(0), amqp?.redelivered === true)
    })
    const connection = await openConnection(connectionOptions(brokers, { onNotice }))
    const publisher = new NumberPublisher(connection, '/queues/soak')
    const cuts = () => proxies.reduce((sum, proxy) => sum + proxy.cuts, 0)
    const began = performance.now()
    for (let stop = 1; stop <= stops; stop++) {
      const node = cluster.nodes[stop % cluster.nodes.length] as RabbitmqNode
      const share = count / stops
      // Half of them end cleanly, the others as in a power cut.
      const restart = (stop % 2 === 0 ? node.halt() : node.kill()).then(() => node.start())
      await publisher.trickle(Math.floor(share * (stop - 0.5)), restart)
      await publisher.rush(Math.floor(share * stop), () => {
        if (cuts() < (wantedCuts * stop) / stops) cutOne(proxies)
      })
    }
    const seconds = (performance.now() - began) / 1000
    await witness.all
    expect(await publisher.total()).toEqual({ acknowledged: count, refused: 0, unacknowledged: 0 })
    expect(cuts()).toBeGreaterThanOrEqual(wantedCuts)
    figure(
      `quorum queue: ${count} messages, ${stops} stops of nodes, ${cuts()} cuts, ${losses} losses of a connection: 0 lost, ` +
        `${witness.twice} twice, ${witness.redelivered} marked as redelivered, ${seconds.toFixed(1)} s`
    )
    await connection.close()
    await subscriber.close()
  })
})

/** Cuts the connections through one of the proxies, any of those that have some. */
function cutOne(proxies: readonly CuttingProxy[]): void {
  const from = Math.floor(Math.random() * proxies.length)
  for (const proxy of [...proxies.slice(from), ...proxies.slice(0, from)]) if (proxy.cut()) return
}

async function declareQuorumQueue(url: string, queue: string): Promise<void> {
  const client = await openAmqpClient(url)
  await client.channel()
  const args = [['x-queue-type', text('quorum')]] as const
  await client.ask(1, 'queue.declare', { queue, durable: true, arguments: args }, 'queue.declare-ok')
  await client.close()
}
