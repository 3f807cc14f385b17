import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { AclOperationTypes } from 'kafkajs'
import { afterEach, describe, expect, it } from 'vitest'
import type { BrokerConnection } from '../../../src/core/connection.js'
import type { Message } from '../../../src/core/message.js'
import { UniformBatch } from '../../../src/core/message-batch.js'
import { carolMay } from '../../support/carol-may.js'
import { connectionOptions, message } from '../../support/connection-options.js'
import { findTool } from '../../support/find-tool.js'
import { isKafkaMissing } from '../../support/kafka-programs.js'
import { openConnection } from '../../support/open-connection.js'
import { useKafka } from '../../support/use-kafka.js'

const kcat = findTool('kcat', 'kcat')

describe.skipIf(isKafkaMissing || kcat.isLeftOut)('publishing to Kafka', () => {
  const site = useKafka()
  const connections: BrokerConnection[] = []
  const connect = async (url = site().url) => {
    const connection = await openConnection(connectionOptions(url))
    connections.push(connection)
    return connection
  }
  const publish = async (...messages: Message[]) => (await connect()).publish(messages)
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()))
  })

  it('refuses a topic that does not exist at once, and creates none', async () => {
    const topic = site().newName('missing')
    const report = await publish(message(topic, 'x'))
    expect(report).toMatchObject({ acknowledged: 0, refused: [{ index: 0, code: 'no-such-topic' }] })
    expect(await site().admin.listTopics()).not.toContain(topic)
  })

  it('refuses a partition that the topic does not have, and takes those that it has', async () => {
    const topic = await site().newTopic(3)
    const to = (partition: number) => ({ ...message(topic, `${partition}`), kafka: { partition } })
    const report = await publish(to(2), to(3))
    expect(report).toMatchObject({ acknowledged: 1, refused: [{ index: 1, code: 'no-such-partition' }] })
    const offsets = await site().admin.fetchTopicOffsets(topic)
    expect(offsets.map(({ partition, high }) => `${partition} ${high}`).sort()).toEqual(['0 0', '1 0', '2 1'])
  })

  it('creates a topic where that was asked for, and sends to it as soon as it is known', async () => {
    const topic = site().newName('created')
    const creating = async () => {
      const options = connectionOptions(site().url, { sending: { create: { partitions: 2 } } })
      const connection = await openConnection(options)
      connections.push(connection)
      return connection.publish([message(topic, 'a'), { ...message(topic, 'b'), kafka: { partition: 1 } }])
    }
    const [first, second] = await Promise.all([creating(), creating()])
    expect(first).toMatchObject({ acknowledged: 2, refused: [] })
    expect(second).toMatchObject({ acknowledged: 2, refused: [] })
    const { topics } = await site().admin.fetchTopicMetadata({ topics: [topic] })
    expect(topics[0]?.partitions).toHaveLength(2)
  })

  it('says who may create a topic, where this user may not', async () => {
    const topic = site().newName('forbidden')
    await site().admin.createAcls({ acl: [carolMay(topic, AclOperationTypes.DESCRIBE)] })
    const url = site().urlFor('carol', 'scram-sha-256')
    const connection = await openConnection(connectionOptions(url, { sending: { create: {} } }))
    connections.push(connection)
    const { refused } = await connection.publish([message(topic, 'a')])
    expect(refused).toEqual([
      {
        index: 0,
        code: 'topic-not-created',
        reason: expect.stringContaining(`the topic "${topic}" could not be created: not authorized`),
        suggestion: `ask for the right: kafka-acls.sh --bootstrap-server ${new URL(url).host} --add --allow-principal User:carol --operation Create --topic ${topic}`
      }
    ])
    expect(await site().admin.listTopics()).not.toContain(topic)
  })

  it('does not take where a received message was for where it is to go', async () => {
    const topic = await site().newTopic(1)
    const report = await publish({ ...message(topic, 'x'), kafka: { partition: 7, offset: 12 } })
    expect(report).toMatchObject({ acknowledged: 1, refused: [] })
  })

  it.each([0, 1, 2] as const)(
    'refuses one message that is too large by its name, and sends the others (QoS %i)',
    async (qos) => {
      const topic = await site().newTopic(1, { 'max.message.bytes': '2000' })
      const connection = await connect()
      const texts = ['a', 'b'.repeat(5000), 'c']
      const report = await connection.publish(texts.map((text) => message(topic, text, qos)))
      expect(report).toMatchObject({ acknowledged: 2, refused: [{ index: 1, code: 'over-broker-limit' }] })
      expect(await connection.confirmRead?.()).toEqual({ count: 0 })
      expect(await read(topic, 2)).toEqual(['a', 'c'])
    }
  )

  it.each([0, 1, 2] as const)(
    'sends thousands of messages to a topic that takes only a few at once, in their order (QoS %i)',
    async (qos) => {
      const topic = await site().newTopic(1, { 'max.message.bytes': '4000' })
      const texts = Array.from({ length: 3000 }, (_, index) => `${index}`.padStart(50, '.'))
      const connection = await connect()
      const half = texts.length / 2
      for (const part of [texts.slice(0, half), texts.slice(half)])
        expect(await connection.publish(part.map((text) => message(topic, text, qos)))).toMatchObject({
          acknowledged: half
        })
      expect(await connection.confirmRead?.()).toEqual({ count: 0 })
      expect(await read(topic, 3000)).toEqual(texts)
    }
  )

  it('sends lines with QoS 0 to a topic that takes only a few at once, compressed or not', async () => {
    for (const compression of [undefined, 'gzip'] as const) {
      const topic = await site().newTopic(1, { 'max.message.bytes': '4000' })
      const texts = Array.from({ length: 3000 }, (_, index) =>
        createHash('sha256').update(`${index}`).digest('hex')
      )
      const bytes = Buffer.from(`${texts.join('\n')}\n`)
      const bounds = texts.map((_, index) => index * 65)
      const connection = await openConnection(
        connectionOptions(site().url, compression === undefined ? {} : { sending: { compression } })
      )
      connections.push(connection)
      const lines = new UniformBatch(topic, { headers: [], guarantee: 0 }, bytes, [...bounds, bytes.length])
      expect(await connection.publish(lines)).toMatchObject({ acknowledged: 3000 })
      expect(await connection.confirmRead?.()).toEqual({ count: 0 })
      expect(await read(topic, 3000)).toEqual(texts)
    }
  })

  it('refuses what a compacted topic does not take: a message without a key', async () => {
    const topic = await site().newTopic(1, { 'cleanup.policy': 'compact' })
    const report = await publish({ ...message(topic, 'a'), key: 'k' }, message(topic, 'b'), {
      ...message(topic, 'c'),
      key: 'k'
    })
    expect(report).toMatchObject({ acknowledged: 2, refused: [{ index: 1, code: 'publish-refused' }] })
    expect(report.refused[0]?.reason).toContain('does not take the message')
  })

  it('gives a key the partition that another client gives it', async () => {
    const topic = await site().newTopic(7)
    const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`)
    const producer = site().client.producer()
    await producer.connect()
    await producer.send({ topic, messages: keys.map((key) => ({ key, value: 'theirs' })) })
    await producer.disconnect()
    await publish(...keys.map((key) => ({ ...message(topic, 'ours'), key })))
    const broker = site().url.replace('kafka://', '')
    const lines = execFileSync(kcat.path, ['-b', broker, '-C', '-t', topic, '-e', '-q', '-f', '%s %k %p\\n'])
    const seen = `${lines}`.trim().split('\n')
    const ours = seen.filter((line) => line.startsWith('ours'))
    expect(ours).toHaveLength(40)
    // The other client sends some twice, where the topic is new.
    const theirs = new Set(seen.filter((line) => line.startsWith('theirs')))
    expect(theirs).toEqual(new Set(ours.map((line) => line.replace('ours', 'theirs'))))
  })

  it('says what cannot be told apart elsewhere: no key and an empty one, no payload and an empty one', async () => {
    const topic = await site().newTopic()
    await publish(
      { ...message(topic, ''), key: '' },
      { ...message(topic, ''), payload: null, key: 'gone' },
      message(topic, '')
    )
    const seen = await records(topic, 3)
    expect(seen.map(({ key, value }) => [key?.toString(), value?.toString()])).toEqual([
      ['', ''],
      ['gone', undefined],
      [undefined, '']
    ])
  })

  it('refuses at once what the user may not do, by name', async () => {
    const topic = await site().newTopic()
    const connection = await connect(site().urlFor('bob', 'scram-sha-256'))
    const report = await connection.publish([message(topic, 'x')])
    expect(report.refused[0]).toMatchObject({ index: 0 })
    expect(report.refused[0]?.reason).toMatch(/not authorized|no topic/)
  })

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('logs in by %s', async (sasl) => {
    const topic = await site().newTopic()
    const connection = await connect(site().urlFor('ann', sasl))
    expect(await connection.publish([message(topic, 'x')])).toMatchObject({ acknowledged: 1 })
    await expect(connect(site().urlFor('ann', sasl, 'wrong'))).rejects.toMatchObject({
      kind: 'refused',
      code: 'bad-credentials',
      suggestion: `check user name and password; users of the broker may log in in another way, too: ${others(sasl)}`
    })
  })

  it('names the ways of logging in that the broker has', async () => {
    await expect(connect(site().urlFor('ann', 'oauthbearer'))).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('SCRAM-SHA-256'),
      suggestion: `name one that it has, at the end of the URL: ${others('oauthbearer')}`
    })
  })

  /** The other ways of logging in that the broker has. */
  const others = (sasl: string) =>
    ['plain', 'scram-sha-256', 'scram-sha-512']
      .filter((each) => each !== sasl)
      .map((each) => `?sasl=${each}`)
      .join(' or ')

  /** What another client reads. */
  async function records(topic: string, count: number) {
    const consumer = site().client.consumer({ groupId: site().newName('reader') })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    const found: { key: Buffer | null; value: Buffer | null; partition: number }[] = []
    await new Promise<void>((resolve) => {
      void consumer.run({
        eachMessage: async ({ partition, message: { key, value } }) => {
          found.push({ key, value, partition })
          if (found.length === count) resolve()
        }
      })
    })
    await consumer.disconnect()
    return found
  }
  const read = async (topic: string, count: number) =>
    (await records(topic, count)).map(({ value }) => `${value}`)
})
