import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerConnection, ListedChannel } from '../../../src/core/connection.js'
import { payloadBytes } from '../../../src/core/message.js'
import { connectionOptions, message } from '../../support/connection-options.js'
import { compileKafkaMock, isKafkaMockMissing, KafkaMock } from '../../support/kafka-mock.js'
import { openConnection } from '../../support/open-connection.js'

describe.skipIf(isKafkaMockMissing)('looking at more than one answer holds', () => {
  let compiled: ReturnType<typeof compileKafkaMock>
  let mock: KafkaMock
  let connection: BrokerConnection
  beforeAll(async () => {
    compiled = compileKafkaMock()
    mock = await KafkaMock.start(compiled.program)
    connection = await openConnection(connectionOptions(mock.url))
  })
  afterAll(async () => {
    await connection?.close()
    mock?.stop()
    compiled?.remove()
  })

  async function look(topic: string) {
    const listed: ListedChannel[] = []
    const found = new Map<number | undefined, Buffer>()
    const failure = await connection.look?.({
      patterns: [topic],
      messages: 1,
      time: 20_000,
      onListed: (channels) => listed.push(...channels),
      take: (batch) => {
        for (const each of batch) found.set(each.kafka?.partition, Buffer.from(payloadBytes(each)))
      }
    })
    return { listed, found, failure }
  }

  const fill = async (topic: string, partition: number, payload: Buffer) => {
    await connection.publish([{ ...message(topic, ''), payload, kafka: { partition } }])
  }

  it('finds the messages of partitions that several requests ask for', async () => {
    await mock.createTopic('wide', 1100)
    const filled = [0, 499, 500, 999, 1000, 1099]
    for (const partition of filled) await fill('wide', partition, Buffer.from(`of ${partition}`))
    const { listed, found, failure } = await look('wide')
    expect(failure).toBeUndefined()
    expect(listed).toMatchObject([{ name: 'wide', partitions: 1100, stored: filled.length }])
    expect([...found].sort(([a = 0], [b = 0]) => a - b)).toEqual(
      filled.map((partition) => [partition, Buffer.from(`of ${partition}`)])
    )
  })

  it('keeps each message as it is, though the next answers come into the same memory', async () => {
    await mock.createTopic('large', 12)
    const payloads = Array.from({ length: 12 }, (_, partition) => Buffer.alloc(900_000, partition + 1))
    for (const [partition, payload] of payloads.entries()) await fill('large', partition, payload)
    const { found } = await look('large')
    expect(found.size).toBe(12)
    for (const [partition, payload] of payloads.entries())
      expect(found.get(partition)?.equals(payload)).toBe(true)
  })
})
