import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AmqpClient, AmqpClosed, openAmqpClient } from '../support/amqp-client.js'
import { content } from '../support/amqp-content.js'
import { type Table, text } from '../support/amqp-fields.js'
import { connectionOptions, message, Received } from '../support/connection-options.js'
import { openConnection } from '../support/open-connection.js'
import { isRabbitmqMissing, startRabbitmq } from '../support/rabbitmq.js'
import { useRabbitmq } from '../support/use-rabbitmq.js'

const open = async (...args: Parameters<typeof openAmqpClient>): Promise<AmqpClient> => {
  const client = await openAmqpClient(...args)
  await client.channel()
  return client
}
const declare = (client: AmqpClient, queue: string, args: Table = []) =>
  client.ask(1, 'queue.declare', { queue, durable: true, arguments: args }, 'queue.declare-ok')
const bind = (client: AmqpClient, queue: string, routingKey: string) =>
  client.ask(1, 'queue.bind', { queue, exchange: 'amq.topic', routingKey }, 'queue.bind-ok')
const publish = async (client: AmqpClient, exchange: string, routingKey: string, body: string) => {
  await client.ask(1, 'confirm.select', {}, 'confirm.select-ok')
  client.send(1, 'basic.publish', { exchange, routingKey }, content(body, { deliveryMode: 2 }))
  await client.next(1, 'basic.ack')
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'went well',
    (error: unknown) => (error instanceof AmqpClosed ? error.code : error)
  )

describe.skipIf(isRabbitmqMissing)('a virtual host of RabbitMQ', () => {
  const host = useRabbitmq()

  it('tells its queues, exchanges, bindings, consumers, connections and permissions', async () => {
    const client = await open(host().url)
    await declare(client, 'told', [
      ['x-expires', { type: 'l', value: 60_000n }],
      ['x-queue-type', text('quorum')]
    ])
    await bind(client, 'told', 'a.#')
    await client.ask(
      1,
      'exchange.declare',
      { exchange: 'own', type: 'fanout', autoDelete: true },
      'exchange.declare-ok'
    )
    await publish(client, 'amq.topic', 'a.b', 'x')
    await publish(client, 'amq.topic', 'a.c', 'y')
    client.send(1, 'basic.qos', { prefetchCount: 1 })
    await client.ask(1, 'basic.consume', { queue: 'told', consumerTag: 'reader' }, 'basic.consume-ok')
    expect(await host().queue('told')).toMatchObject({
      type: 'rabbit_quorum_queue',
      durable: true,
      autoDelete: false,
      exclusive: false,
      arguments: { 'x-expires': 60_000, 'x-queue-type': 'quorum' },
      consumers: 1
    })
    expect(await host().bindings()).toEqual([
      { source: 'amq.topic', destination: 'told', kind: 'queue', routingKey: 'a.#', arguments: {} }
    ])
    expect(await host().exchanges()).toContainEqual({
      name: 'own',
      type: 'fanout',
      durable: false,
      autoDelete: true,
      internal: false,
      arguments: {}
    })
    expect(await host().consumers()).toEqual([
      { queue: 'told', tag: 'reader', acknowledges: true, prefetch: 1 }
    ])
    expect(await host().connections()).toMatchObject([
      { user: host().user, mechanism: 'PLAIN', channels: 1, heartbeat: 0, state: 'running' }
    ])
    expect(await host().permissions()).toEqual([
      { user: host().user, configure: '.*', write: '.*', read: '.*' }
    ])
    await client.ask(1, 'queue.delete', { queue: 'told' }, 'queue.delete-ok')
    await client.close()
  })

  it('is the same channel as plant/1/temp over MQTT and as plant.1.temp over AMQP', async () => {
    const client = await open(host().url)
    await declare(client, 'plant')
    await bind(client, 'plant', 'plant.1.temp')
    const device = await openConnection(connectionOptions(host().mqttUrl, { mqtt: { version: '3.1.1' } }))
    await device.publish([message('plant/1/temp', '21.5')])
    const { method, content: carried } = (await client.get('plant')) ?? {}
    expect([method?.args.exchange, method?.args.routingKey, carried?.body.toString()]).toEqual([
      'amq.topic',
      'plant.1.temp',
      '21.5'
    ])
    const received = new Received()
    await device.subscribe([{ pattern: 'plant/+/temp', guarantee: 1 }], received.take)
    await publish(client, 'amq.topic', 'plant.1.temp', '22')
    expect(await received.atLeast(1)).toMatchObject([{ channel: 'plant/1/temp' }])
    expect(received.texts).toEqual(['22'])
    await device.close()
    await client.close()
  })

  it('refuses what a user may not do', async () => {
    const url = await host().addUser('reader', 's3cret:@%', { configure: '^mine', write: '', read: '.*' })
    const reader = await open(url)
    expect(await codeOf(publish(reader, 'amq.topic', 'a', 'x'))).toBe(403)
    await reader.channel(2)
    expect(await codeOf(reader.ask(2, 'queue.declare', { queue: 'other' }, 'queue.declare-ok'))).toBe(403)
    reader.cut()
    await host().addUser('reader', 's3cret:@%')
    await host().allowTopics('reader', 'amq.topic', '^free', '.*')
    const writer = await open(url)
    await publish(writer, 'amq.topic', 'free.a', 'x')
    expect(await codeOf(publish(writer, 'amq.topic', 'denied.a', 'x'))).toBe(403)
    writer.cut()
  })

  it('takes a client certificate for a user', async () => {
    await host().allow('ann')
    const { ca, clientCert, clientKey } = host().certificates
    const client = await open(host().secureUrl, {
      mechanism: 'EXTERNAL',
      tls: { ca, cert: clientCert, key: clientKey }
    })
    expect(await host().connections()).toMatchObject([{ user: 'ann', mechanism: 'EXTERNAL' }])
    await client.close()
    const other = openAmqpClient(host().secureUrl, { tls: { ca: host().certificates.otherCa } })
    await expect(other).rejects.toThrow(/certificate/)
  })

  it('follows policies and limits', async () => {
    await host().setPolicy('short', '^short', { 'max-length': 1, overflow: 'reject-publish' })
    const client = await open(host().url)
    await declare(client, 'short')
    await publish(client, '', 'short', '1')
    client.send(1, 'basic.publish', { routingKey: 'short' }, content('2'))
    expect((await client.next(1, 'basic.ack', 'basic.nack')).method.name).toBe('basic.nack')
    await host().setLimits({ 'max-connections': 1 })
    expect(await codeOf(openAmqpClient(host().url))).toBe(530)
    await host().setLimits({})
    await client.close()
  })

  it('closes its connections, and those of no other', async () => {
    const client = await open(host().url)
    await host().closeConnections('maintenance')
    await expect(client.next(1, 'basic.ack')).rejects.toMatchObject({
      code: 320,
      message: expect.stringContaining('maintenance')
    })
  })
})

describe.skipIf(isRabbitmqMissing)('a RabbitMQ of its own', () => {
  let node: Awaited<ReturnType<typeof startRabbitmq>>
  beforeAll(async () => {
    node = await startRabbitmq({ consumerTimeout: 1000 })
  })
  afterAll(() => node?.stop())

  it.each(['memory', 'disk'] as const)('blocks publishers while it lacks %s', async (resource) => {
    const host = await node.newHost()
    const client = await open(host.url)
    await node.setAlarm(resource, true)
    client.send(1, 'basic.publish', { exchange: 'amq.topic' }, content('x'))
    await client.next(0, 'connection.blocked')
    await node.setAlarm(resource, false)
    await client.next(0, 'connection.unblocked')
    await client.close()
  })

  it('closes the channel of a reader who does not acknowledge in time', async () => {
    const host = await node.newHost()
    const client = await open(host.url)
    await declare(client, 'slow')
    await publish(client, '', 'slow', 'x')
    await client.ask(1, 'basic.consume', { queue: 'slow' }, 'basic.consume-ok')
    await expect(client.next(1, 'basic.cancel')).rejects.toMatchObject({
      code: 406,
      message: expect.stringContaining('timed out')
    })
    await client.close()
  })

  it.each([
    ['ended', 'halt'],
    ['killed', 'kill']
  ] as const)('has what it confirmed when it was %s and has started again', async (_how, end) => {
    const host = await node.newHost()
    const client = await open(host.url)
    await declare(client, 'kept')
    await publish(client, '', 'kept', end)
    await node[end]()
    await node.start()
    const again = await open(host.url)
    expect((await again.get('kept'))?.content?.body.toString()).toBe(end)
    await again.close()
  })

  it('tells what rabbitmqctl tells', async () => {
    const host = await node.newHost()
    const client = await open(host.url)
    await declare(client, 'q', [['x-max-length', { type: 'l', value: 5n }]])
    await publish(client, '', 'q', 'x')
    const told = await node.control(
      ...['list_queues', '--vhost', host.name, '--formatter', 'json'],
      ...['name', 'durable', 'messages_ready', 'consumers', 'arguments']
    )
    const [queue] = await host.queues()
    expect(JSON.parse(told)).toMatchObject([
      {
        name: queue?.name,
        durable: queue?.durable,
        messages_ready: queue?.ready,
        consumers: queue?.consumers
      }
    ])
    expect(told).toContain('"x-max-length"')
    await client.close()
  })
})
