import { expect, it } from 'vitest'
import { isRetained, type Message, payloadBytes } from '../../src/core/message.js'
import { message, Notices, Received } from '../support/connection-options.js'
import { type ContractTarget, ContractWorld } from './contract-world.js'
import { describeGroups } from './group-contract.js'
import { describeReceivers } from './receiver-contract.js'
import { describeSessions } from './session-contract.js'

const MEGABYTE = 1 << 20

/** The behaviour that every broker must show over every protocol and transport, as far as the protocol's capabilities go. */
export function describeContract(target: ContractTarget): ContractWorld {
  const world = new ContractWorld(target)
  describeDelivery(world)
  describeReceivers(world)
  describeSessions(world)
  describeGroups(world)
  return world
}

function describeDelivery(world: ContractWorld): void {
  const { limits } = world

  it('speaks the protocol that was asked for', async () => {
    const connection = await world.connect()
    expect(connection.broker.protocol).toBe(world.target.speaks)
    await connection.close()
    expect(await connection.closed).toBeUndefined()
  })

  world.forGuarantees('delivers messages published at QoS %i, bytes unchanged', async (qos) => {
    const name = world.channel()
    const received = await world.subscribed(name)
    const payload = Buffer.from([0, 0xff, 0xc3, 0x28, 0x1b, 0x0a, 0])
    await world.publish(message(name, payload, qos), message(name, '', qos))
    await received.atLeast(2)
    expect(received.messages.map((each) => [...payloadBytes(each)])).toEqual([[...payload], []])
    expect(received.messages[0]).toMatchObject({ channel: name, guarantee: world.delivered(qos) })
    expect(received.messages.map(isRetained)).toEqual([false, false])
  })

  it('delivers with the lower guarantee of publisher and subscriber', async () => {
    const name = world.channel()
    for (const asked of ([0, 1, 2] as const).filter((each) => each <= world.highest)) {
      const received = await world.subscribed(name, asked)
      await world.publish(...world.publishable.map((qos) => message(name, `${qos}`, qos)))
      await received.atLeast(world.publishable.length)
      const lower = world.publishable.map((qos) => [`${qos}`, world.delivered(qos, asked)])
      const delivered = received.messages.map(({ guarantee }, index) => [received.texts[index], guarantee])
      // MQTT orders only messages of one QoS [MQTT-4.6.0-5], and RabbitMQ has a queue for each.
      expect(delivered.sort()).toEqual(lower)
    }
  })

  it('delivers a message at least once if it has no guarantee and no binding of a protocol', async () => {
    const name = world.channel()
    const received = await world.subscribed(name)
    await world.publish({ channel: name, payload: Buffer.from('x'), headers: [] })
    const [first] = await received.atLeast(1)
    expect(first).toMatchObject({ channel: name, headers: [], guarantee: 1 })
    expect(received.texts).toEqual(['x'])
  })

  it('delivers a large message', async () => {
    const name = world.channel()
    const received = await world.subscribed(name)
    const payload = Buffer.alloc(limits.large ?? MEGABYTE, 'tidings')
    await world.publish(message(name, payload))
    const [first] = await received.atLeast(1)
    expect(payload.equals(first?.payload ?? Buffer.alloc(0))).toBe(true)
  })

  world.forGuarantees('delivers 5000 messages of QoS %i in their order', async (qos) => {
    const name = world.channel()
    const received = await world.subscribed(name)
    const texts = Array.from({ length: 5000 }, (_, index) => String(index))
    await world.publish(...texts.map((text) => message(name, text, qos)))
    await received.atLeast(5000)
    expect(received.texts).toEqual(texts)
  })

  world.needing('patterns')('delivers to a pattern exactly the messages that it matches', async () => {
    const name = world.channel()
    const below = (path: string) => name + world.spelled(path)
    const received = await world.subscribed(below('/+/b/#'))
    await world.publish(...['/b', '/a/c', '/a/b'].map((path) => message(below(path), path)))
    const last = below(`/${world.unusualLevel}/b/c/d`)
    await world.publish(message(last, 'last'))
    await received.atLeast(2)
    const channels = received.messages.map((each) => each.channel)
    expect(world.inOrder(channels)).toEqual(world.inOrder([below('/a/b'), last]))
  })

  it('lets a slow receiver hold messages back, one batch at a time, and loses none', async () => {
    const name = world.channel()
    const connection = await world.connect()
    let isBusy = false
    const received = new Received()
    await connection.subscribe([{ pattern: name, guarantee: 1 }], async (batch) => {
      expect(isBusy).toBe(false)
      isBusy = true
      await new Promise((resolve) => setImmediate(resolve))
      received.take(batch)
      isBusy = false
    })
    await world.publish(...Array.from({ length: 500 }, (_, index) => message(name, `${index}`.padEnd(2000))))
    await received.atLeast(500)
    expect(received.texts.map((text) => Number(text))).toEqual(Array.from({ length: 500 }, (_, i) => i))
  })

  it('delivers what is published while somebody subscribes once, and all that follows the first', async () => {
    const name = world.channel()
    if (world.can('retained')) await world.publish(message(name, 'kept', 1, true))
    const publisher = await world.connect()
    const received = new Received()
    let number = 0
    const publishUntil = async (isOver: () => boolean) => {
      while (!isOver()) await publisher.publish([message(name, String(number++))])
    }
    const publishing = publishUntil(() => received.texts.length > 50)
    await world.subscribe(await world.connect(), { pattern: name, guarantee: 1 }, received)
    await publishing
    await received.atLeast(2)
    const live = received.texts.filter((text) => text !== 'kept').map(Number)
    expect(live).toEqual(live.map((_, index) => (live[0] ?? 0) + index))
  })

  it('delivers what overlapping patterns match once, or has its user told that it may come twice', async () => {
    const name = world.channel()
    const below = (path: string) => name + world.spelled(path)
    if (world.can('retained')) await world.publish(message(below('/b/c'), 'kept', 1, true))
    const received = new Received()
    const notices = new Notices()
    const connection = await world.connect({ onNotice: notices.take })
    const patterns = ['/+/c', '/b/#', '/b/+'].map(below)
    await connection.subscribe(
      patterns.map((pattern) => ({ pattern, guarantee: world.highest })),
      received.take
    )
    const warned = notices.all.filter(({ text }) => text.includes('overlap'))
    if (limits.repeatsOverlaps) return expect(warned).toHaveLength(1)
    expect(warned).toEqual([])
    const paths = ['/a/c', '/b/c', '/b/d/e', '/b']
    for (const qos of world.publishable)
      for (const path of paths) await world.publish(message(below(path), `${qos}`, qos))
    await world.publish(message(below('/b/end'), 'end'))
    while (!received.texts.includes('end')) await received.atLeast(received.texts.length + 1)
    await received.atLeast(world.publishable.length * paths.length + (world.can('retained') ? 2 : 1))
    const seen = received.messages.map(({ channel }, index) => `${channel} ${received.texts[index]}`)
    const live = world.publishable.flatMap((qos) => paths.map((path) => `${below(path)} ${qos}`))
    const kept = world.can('retained') ? [`${below('/b/c')} kept`] : []
    expect(seen.sort()).toEqual([...kept, ...live, `${below('/b/end')} end`].sort())
    expect(received.messages.map(({ mqtt }) => mqtt?.subscriptionIds)).toEqual(seen.map(() => undefined))
  })

  world.needing('headers')('carries headers and properties unchanged', async () => {
    const name = world.channel()
    const received = await world.subscribed(name)
    const sent = fullMessage(world, name)
    await world.publish(sent)
    const [first] = await received.atLeast(1)
    const { payload, headers, correlation, ...facts } = sent
    expect(first?.headers).toEqual(headers)
    expect(first).toMatchObject(facts)
    expect([...(first?.correlation ?? [])]).toEqual([...(correlation ?? [])])
    expect(Buffer.from(first?.payload ?? [])).toEqual(payload)
  })

  world.needing('at-most-once')(
    'sends QoS 0 messages even if the connection is closed right after them',
    async () => {
      const name = world.channel()
      const received = await world.subscribed(name)
      const publisher = await world.connect()
      const report = publisher.publish(
        Array.from({ length: 1000 }, (_, index) => message(name, `${index}`, 0))
      )
      await publisher.close(5000)
      expect(await report).toMatchObject({ acknowledged: 1000 })
      if (!limits.dropsQos0AtDisconnect) await received.atLeast(1000)
    }
  )
}

/** A message with everything that the protocol can carry. */
function fullMessage(world: ContractWorld, channel: string): Message {
  const headers: Message['headers'] = [
    ['b', '2'],
    ['1', 'one'],
    ['b', ''],
    ['__proto__', 'x\u{1f4a1}'],
    ...(world.can('header-bytes') ? [['bytes', Buffer.of(255, 0)] as const] : [])
  ]
  return {
    channel,
    payload: Buffer.from('{"a":1}'),
    headers,
    guarantee: 1,
    ...(world.can('content-type') && { contentType: 'application/json' }),
    ...(world.can('expiry') && { expiry: 3600 }),
    ...(world.can('response-channel') && { responseChannel: world.spelled('answer/here') }),
    ...(world.can('correlation') && { correlation: Buffer.from([0, 1, 255]) }),
    ...(world.can('source-time') && { sourceTime: 1_700_000_000_000_000 }),
    ...(world.can('priority') && { amqp: { priority: 3 } }),
    ...(world.can('message-properties') && {
      amqp: { priority: 3, messageId: 'id', type: 'kind', appId: 'app', contentEncoding: 'gzip' }
    }),
    ...(world.can('payload-format') && { mqtt: { retain: false, payloadUtf8: true } })
  }
}
