import { AclOperationTypes } from 'kafkajs'
import { afterAll, describe, expect, it } from 'vitest'
import { carolMay } from '../support/carol-may.js'
import { startKafkaNode } from '../support/kafka-node.js'
import { isKafkaMissing } from '../support/kafka-programs.js'
import { makeHome, runProgram } from '../support/program.js'
import { expectOneReason } from '../support/situation.js'
import { KafkaSite, useKafka } from '../support/use-kafka.js'

// What a Kafka refuses that is published to it, and what a user is told. test/soak/kafka-cluster has what takes several nodes.

const home = makeHome()
afterAll(() => home.remove())

const publish = (url: string, args: readonly string[], stdin?: string | Uint8Array) =>
  runProgram(['publish', ...args, '-b', url], { env: home.env, ...(stdin !== undefined && { stdin }) })

describe.skipIf(isKafkaMissing)('Kafka refuses', () => {
  const site = useKafka()

  it.each([
    ['by default', {}, 1_100_000],
    ['by the configuration of the topic', { 'max.message.bytes': '2000' }, 5000]
  ])('a message that is too large %s, and takes the others', async (_, config, size) => {
    const topic = await site().newTopic(1, config)
    const lines = ['a', 'b'.repeat(size), 'c'].join('\n')
    const { exitCode, stderr } = await publish(site().url, [topic, '--lines'], lines)
    expectOneReason(stderr)
    expect(stderr).toContain('the message is larger than the topic takes (max.message.bytes')
    expect(stderr).toContain('send less in one message, or raise max.message.bytes of the topic')
    expect(exitCode).toBe(4)
    const [{ high } = { high: '' }] = await site().admin.fetchTopicOffsets(topic)
    expect(high).toBe('2')
  })

  it('a message of QoS 0 that is too large, which the broker does not have to see: the others are sent', async () => {
    const topic = await site().newTopic(1, { 'max.message.bytes': '2000' })
    const lines = ['a', 'b'.repeat(5000), 'c'].join('\n')
    const { exitCode, stderr } = await publish(site().url, [topic, '--qos', '0', '--lines'], lines)
    expectOneReason(stderr)
    expect(stderr).toContain('1 refused: the message is larger than the topic takes (max.message.bytes')
    expect(exitCode).toBe(4)
    const [{ high } = { high: '' }] = await site().admin.fetchTopicOffsets(topic)
    expect(high).toBe('2')
  })

  it('a small message of QoS 0 that is too large, by closing the connection: the sizes are told', async () => {
    const topic = await site().newTopic(1, { 'max.message.bytes': '200' })
    const { exitCode, stderr } = await publish(site().url, [topic, '--qos', '0'], 'b'.repeat(500))
    expectOneReason(stderr)
    expect(stderr).toMatch(/perhaps because of 5\d\d bytes that were sent together/)
    expect(stderr).toContain(`the topic "${topic}" takes 200 (max.message.bytes)`)
    expect(exitCode).toBe(5)
  })

  it.each(['1', '2'])('who may only see the topic, with QoS %s', async (qos) => {
    const topic = await site().newTopic()
    await site().admin.createAcls({ acl: [carolMay(topic, AclOperationTypes.DESCRIBE)] })
    const { exitCode, stderr } = await publish(site().urlFor('carol', 'plain'), [topic, 'x', '--qos', qos])
    expectOneReason(stderr)
    expect(stderr).toMatch(/not authorized for the (topic|cluster)/)
    const { host } = new URL(site().urlFor('carol', 'plain'))
    expect(stderr).toContain(
      `Try: ask for the right: kafka-acls.sh --bootstrap-server ${host} --add --allow-principal User:carol --operation `
    )
    expect(stderr).toMatch(new RegExp(`--operation (Write --topic ${topic}|IdempotentWrite --cluster)\n`))
    expect(exitCode).toBe(4)
  })

  it('nobody who may write', async () => {
    const topic = await site().newTopic()
    await site().admin.createAcls({ acl: [carolMay(topic, AclOperationTypes.WRITE)] })
    for (const qos of ['0', '1', '2'])
      expect((await publish(site().urlFor('carol', 'plain'), [topic, 'x', '--qos', qos])).exitCode).toBe(0)
  })

  it('a client that names no scheme, and so speaks MQTT: told which one is meant', async () => {
    const { exitCode, stderr } = await publish(site().url.replace('kafka://', ''), ['a', 'x'])
    expectOneReason(stderr)
    expect(stderr).toContain('for Kafka (kafka://)')
    expect(exitCode).toBe(3)
  })

  it('a partition that the topic does not have', async () => {
    const topic = await site().newTopic(3)
    const { exitCode, stderr } = await publish(site().url, [topic, 'x', '--partition', '3'])
    expectOneReason(stderr)
    expect(stderr).toContain('there is no partition 3; the topic has 3, from 0 on')
    expect(stderr).toContain('name one of 0 to 2')
    expect(exitCode).toBe(4)
  })

  it('a message without a key for a compacted topic', async () => {
    const topic = await site().newTopic(1, { 'cleanup.policy': 'compact' })
    const { exitCode, stderr } = await publish(site().url, [topic, 'x'])
    expectOneReason(stderr)
    expect(stderr).toContain('the broker does not take the message')
    expect(stderr).toContain('--message-key TEXT')
    expect(exitCode).toBe(4)
  })

  it('more bytes than one request may have, by closing the connection: told, and nothing goes on for ever', async () => {
    const node = await startKafkaNode(['socket.request.max.bytes=2000000', 'message.max.bytes=9000000'])
    const small = new KafkaSite(node.address)
    try {
      await small.connect()
      const topic = await small.newTopic()
      const large = await publish(small.url, [topic], Buffer.alloc(3_000_000, 'x'))
      expectOneReason(large.stderr)
      expect(large.stderr).toContain('the broker closes the connection each time the message comes')
      expect(large.stderr).toContain('socket.request.max.bytes of the broker')
      expect(large.exitCode).toBe(4)
      // Together these are more than one request may have.
      const wide = await small.newTopic(8)
      const lines = Array.from({ length: 8 }, (_, at) => `${JSON.stringify(line(wide, at))}\n`).join('')
      expect(await publish(small.url, ['--json'], lines)).toMatchObject({ exitCode: 0 })
      const offsets = await small.admin.fetchTopicOffsets(wide)
      expect(offsets.map(({ high }) => high)).toEqual(Array.from({ length: 8 }, () => '1'))
    } finally {
      await small.disconnect()
      await node.stop()
    }
  })
})

const line = (channel: string, partition: number) => ({
  channel,
  payload: 'y'.repeat(900_000),
  encoding: 'text',
  kafka: { partition }
})
