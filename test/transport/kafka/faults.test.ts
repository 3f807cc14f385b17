import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { message } from '../../support/connection-options.js'
import { type ApiName, compileKafkaMock, isKafkaMockMissing } from '../../support/kafka-mock.js'
import { KafkaMockWorld } from '../../support/kafka-mock-world.js'

/** Errors that pass, by the requests that are answered with them. The numbers are those of Kafka's protocol. */
const WHEN_PUBLISHING: readonly (readonly [ApiName, 1 | 2, readonly number[]])[] = [
  ['produce', 1, [2, 3, 5, 6, 7, 9, 13, 14, 19, 20, 41, 56, 72, 74, 75, 89]],
  ['produce', 2, [5, 6, 7, 19, 45, 59]],
  ['initProducerId', 2, [7, 13, 14, 15, 16, 51]]
]
const WHEN_READING: readonly (readonly [ApiName, readonly number[]])[] = [
  ['fetch', [-1, 2, 3, 5, 6, 7, 9, 13, 56, 72, 74, 75, 78]],
  ['listOffsets', [3, 5, 6, 7, 9, 13, 56, 74, 75, 78]]
]
const WHEN_JOINING: readonly (readonly [ApiName, readonly number[]])[] = [
  ['findCoordinator', [7, 14, 15]],
  ['joinGroup', [14, 15, 16, 22, 25, 27]],
  // Others make the mock wait for a member that it has already.
  ['syncGroup', [14, 15, 16]],
  ['offsetFetch', [7, 14, 15, 16, 88]]
]
const OF_MEMBERS: readonly (readonly [ApiName, readonly number[]])[] = [
  ['heartbeat', [14, 16, 22, 27]],
  ['offsetCommit', [7, 14, 15, 16, 22, 25, 27]]
]

const cases = (table: readonly (readonly [ApiName, readonly number[]])[]) =>
  table.flatMap(([api, codes]) => codes.map((code) => ({ api, code })))
const texts = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`)
const messages = (from: number, to: number) => texts(from, to).map((text) => message('t', text))

describe.skipIf(isKafkaMockMissing).concurrent('what passes in a Kafka', () => {
  let compiled: ReturnType<typeof compileKafkaMock>
  beforeAll(() => {
    compiled = compileKafkaMock()
  })
  afterAll(() => compiled?.remove())
  const start = async (context: TestContext, brokers = 1, partitions = 2) => {
    const world = await KafkaMockWorld.start(compiled.program, context, brokers)
    await world.mock.createTopic('t', partitions, Math.min(brokers, 2))
    return world
  }

  it.for(WHEN_PUBLISHING.flatMap(([api, qos, codes]) => codes.map((code) => ({ api, qos, code }))))(
    '$code to $api, with QoS $qos: each message is there once, in its order',
    async ({ api, qos, code }, context) => {
      const world = await start(context)
      const { connection, notices } = await world.connect()
      await world.mock.fail(api, code, { times: 2 })
      const all = messages(1, 20).map((each) => ({ ...each, guarantee: qos, kafka: { partition: 0 } }))
      expect(await connection.publish(all)).toEqual({ acknowledged: 20, refused: [], unacknowledged: 0 })
      expect(await world.mock.left(api)).toBe(0)
      expect(await world.readAll('t')).toEqual(texts(1, 20))
      expect(notices.all).toEqual([])
    }
  )

  it.for(cases(WHEN_READING))('$code to $api: each message is read once', async ({ api, code }, context) => {
    const world = await start(context)
    const publisher = await world.connect()
    await publisher.connection.publish(messages(1, 3))
    await world.mock.fail(api, code, { times: 2 })
    const { notices, received } = await world.subscribe('t', 'beginning')
    await received.atLeast(3)
    await publisher.connection.publish(messages(4, 4))
    await received.atLeast(4)
    expect(await world.mock.left(api)).toBe(0)
    expect(received.texts.toSorted()).toEqual(texts(1, 4))
    expect(notices.all).toEqual([])
  })

  it.for(cases(WHEN_JOINING))(
    '$code to $api while a group is joined: each message is read once',
    async ({ api, code }, context) => {
      const world = await start(context)
      const publisher = await world.connect()
      await publisher.connection.publish(messages(1, 3))
      await world.mock.fail(api, code, { times: 2 })
      const { notices, received } = await world.subscribe('t', 'beginning', 'g')
      await received.atLeast(3)
      await publisher.connection.publish(messages(4, 4))
      await received.atLeast(4)
      expect(await world.mock.left(api)).toBe(0)
      expect(received.texts.toSorted()).toEqual(texts(1, 4))
      expect(notices.all).toEqual([])
    }
  )

  it.for(cases(OF_MEMBERS))(
    '$code to $api of a member: no message is lost, and in the end all are committed',
    async ({ api, code }, context) => {
      const world = await start(context)
      const publisher = await world.connect()
      await publisher.connection.publish(messages(1, 3))
      const first = await world.subscribe('t', 'beginning', 'g')
      await first.received.atLeast(3)
      await world.mock.fail(api, code)
      await publisher.connection.publish(messages(4, 5))
      await world.mock.met(api)
      await first.received.atLeast(5)
      await first.connection.close(1000)
      expect([...new Set(first.received.texts)].toSorted()).toEqual(texts(1, 5))
      expect(await world.committed('g', 't')).toBe(5)
      expect(first.notices.all).toEqual([])
    }
  )

  it('a topic that has no leader yet is waited for', async (context) => {
    const world = await start(context)
    await world.mock.failTopic('t', 5)
    const { connection, notices } = await world.connect()
    const report = connection.publish(messages(1, 3))
    const reading = world.subscribe('t', 'beginning')
    // Another one asks for the same, and has to wait as well.
    await Promise.race([reading, report, world.mock.failTopic('t', 5)])
    await world.mock.failTopic('t', 0)
    expect(await report).toMatchObject({ acknowledged: 3, refused: [] })
    await (await reading).received.atLeast(3)
    expect(notices.all).toEqual([])
  })

  it.for([1, 2] as const)('leaders that move are followed, with QoS %i', async (qos, context) => {
    const world = await start(context, 3, 3)
    const { connection, notices } = await world.connect()
    const reader = await world.subscribe('t', 'beginning')
    for (let round = 0; round < 6; round++) {
      const report = connection.publish(
        messages(round * 100 + 1, round * 100 + 100).map((each) => ({ ...each, guarantee: qos }))
      )
      for (const partition of [0, 1, 2])
        await world.mock.moveLeader('t', partition, 1 + ((round + partition) % 3))
      expect(await report).toMatchObject({ acknowledged: 100, refused: [] })
    }
    await reader.received.atLeast(600)
    expect(new Set(reader.received.texts)).toEqual(new Set(texts(1, 600)))
    if (qos === 2) expect(reader.received.texts).toHaveLength(600)
    expect([...notices.all, ...reader.notices.all]).toEqual([])
  })

  it('a coordinator that moves is followed', async (context) => {
    const world = await start(context, 3)
    const publisher = await world.connect()
    await world.mock.moveCoordinator('g', 1)
    await publisher.connection.publish(messages(1, 3))
    const first = await world.subscribe('t', 'beginning', 'g')
    await first.received.atLeast(3)
    for (const broker of [2, 3, 1]) {
      await world.mock.moveCoordinator('g', broker)
      await publisher.connection.publish(messages(broker * 10, broker * 10))
    }
    await first.received.atLeast(6)
    await first.connection.close(1000)
    expect(first.received.texts.toSorted()).toEqual(['1', '10', '2', '20', '3', '30'])
    expect(await world.committed('g', 't')).toBe(6)
    expect(first.notices.all).toEqual([])
  })

  it('brokers that go and come back, one after the other, lose nothing', async (context) => {
    const world = await start(context, 3, 3)
    const { connection, notices } = await world.connect()
    const reader = await world.subscribe('t', 'beginning')
    for (const broker of [1, 2, 3]) {
      await world.mock.down(broker)
      const report = connection.publish(messages(broker * 100 + 1, broker * 100 + 100))
      for (const partition of [0, 1, 2]) await world.mock.moveLeader('t', partition, 1 + (broker % 3))
      expect(await report).toMatchObject({ acknowledged: 100, refused: [] })
      await world.mock.up(broker)
    }
    await reader.received.atLeast(300)
    expect(new Set(reader.received.texts)).toEqual(new Set(texts(101, 400)))
    expect([...notices.all, ...reader.notices.all]).toEqual([])
  })

  it('slow brokers only cost time: everything arrives once, in its order', async (context) => {
    const world = await start(context, 3, 3)
    for (const broker of [1, 2, 3]) await world.mock.delay(broker, 80 * broker)
    const { connection, notices } = await world.connect()
    const reader = await world.subscribe('t', 'beginning')
    const all = messages(1, 300).map((each, at) => ({ ...each, kafka: { partition: at % 3 } }))
    expect(await connection.publish(all)).toMatchObject({ acknowledged: 300, refused: [] })
    await reader.received.atLeast(300)
    for (const partition of [0, 1, 2])
      expect(
        reader.received.messages
          .filter(({ kafka }) => kafka?.partition === partition)
          .map(({ payload }) => Number(`${payload}`))
      ).toEqual(Array.from({ length: 100 }, (_, index) => index * 3 + partition + 1))
    expect([...notices.all, ...reader.notices.all]).toEqual([])
  })
})
