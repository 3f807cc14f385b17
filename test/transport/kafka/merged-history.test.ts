import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { BrokerConnection, Receiver, Subscription } from '../../../src/core/connection.js'
import type { Message } from '../../../src/core/message.js'
import { connectionOptions, message, Received } from '../../support/connection-options.js'
import { isKafkaMissing } from '../../support/kafka-programs.js'
import { openConnection } from '../../support/open-connection.js'
import { useKafka } from '../../support/use-kafka.js'

const START = 1_700_000_000_000_000

describe.skipIf(isKafkaMissing)('the history of several partitions', () => {
  const site = useKafka()
  const connections: BrokerConnection[] = []
  const connect = async (options = {}) => {
    const connection = await openConnection(connectionOptions(site().url, options))
    connections.push(connection)
    return connection
  }
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()))
  })

  async function read(
    pattern: string,
    receive: Receiver,
    more: Partial<Subscription> = {},
    options = {}
  ): Promise<BrokerConnection> {
    const connection = await connect(options)
    const wish = { guarantee: 1, from: 'beginning', untilEnd: true, inOrderOfTime: true } as const
    const [grant] = await connection.subscribe([{ pattern, ...wish, ...more }], receive)
    await grant?.end
    return connection
  }

  const at = (topic: string, partition: number, time: number, text = `${time}`): Message => ({
    ...message(topic, text),
    sourceTime: START + time * 1000,
    kafka: { partition }
  })

  it('comes in the order of its times, over partitions and topics', async () => {
    const base = site().newName('merge')
    const topics = [await site().newTopic(4, {}, `${base}.a`), await site().newTopic(3, {}, `${base}.b`)]
    const numbers = Array.from({ length: 5000 }, (_, index) => index)
    const messages = numbers.map((index) =>
      at(topics[index % 7 < 4 ? 0 : 1] ?? '', index % 7 < 4 ? index % 7 : (index % 7) - 4, index)
    )
    expect(await (await connect()).publish(messages)).toMatchObject({ acknowledged: 5000 })
    const received = new Received()
    await read(`${base}.#`, received.take)
    expect(received.texts.map(Number)).toEqual(numbers)
  })

  it('is received in the order in which it is handed over, also where a partition waits long for its turn', async () => {
    const topic = await site().newTopic(2)
    const early = Array.from({ length: 5000 }, (_, index) => at(topic, 0, index))
    await (await connect()).publish([...early, at(topic, 1, 4500), at(topic, 1, 6000)])
    const received = new Received()
    await read(topic, received.take)
    const times = received.messages.map(({ time }) => time ?? 0)
    expect(times).toHaveLength(5002)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  it('keeps the order of each partition whatever its times are, for any batches', {
    timeout: 60_000
  }, async () => {
    const connection = await connect()
    const parts = fc.array(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 30 }), {
      minLength: 2,
      maxLength: 5
    })
    await fc.assert(
      fc.asyncProperty(parts, fc.boolean(), async (partitions, areSorted) => {
        const topic = await site().newTopic(partitions.length)
        const times = partitions.map((list) => (areSorted ? [...list].sort((a, b) => a - b) : list))
        const batches = times.flatMap((list, partition) => {
          const messages = list.map((time, index) => at(topic, partition, time, `${partition} ${index}`))
          const half = Math.floor(messages.length / 2)
          return [messages.slice(0, half), messages.slice(half)]
        })
        for (const batch of batches) if (batch.length > 0) await connection.publish(batch)
        const received = new Received()
        await read(topic, received.take)
        for (const [partition, list] of times.entries())
          expect(received.texts.filter((text) => text.startsWith(`${partition} `))).toEqual(
            list.map((_, index) => `${partition} ${index}`)
          )
        expect(received.texts).toHaveLength(times.flat().length)
        const seen = received.messages.map(({ sourceTime }) => sourceTime ?? 0)
        if (areSorted) expect(seen).toEqual([...seen].sort((a, b) => a - b))
      }),
      { numRuns: 12 }
    )
  })

  it('has large batches, compressed ones and marks of transactions in it', async () => {
    const topic = await site().newTopic(40)
    const zipped = await connect({ sending: { compression: 'gzip' } })
    const filler = 'x'.repeat(10_000)
    for (let partition = 0; partition < 40; partition++)
      await zipped.publish(
        Array.from({ length: 100 }, (_, index) => at(topic, partition, index * 40 + partition, filler))
      )
    const producer = site().client.producer({
      transactionalId: site().newName('tx'),
      maxInFlightRequests: 1,
      idempotent: true
    })
    await producer.connect()
    const transaction = await producer.transaction()
    await transaction.send({ topic, messages: [{ value: 'given up', partition: 3 }] })
    await transaction.abort()
    await producer.disconnect()
    const times: number[] = []
    await read(topic, (batch) => {
      for (const { sourceTime = 0 } of batch) times.push((sourceTime - START) / 1000)
    })
    expect(times).toEqual(Array.from({ length: 4000 }, (_, index) => index))
  })

  it('goes on with what comes later, without a gap and without repeats', async () => {
    const topic = await site().newTopic(3)
    const publisher = await connect()
    await publisher.publish([at(topic, 0, 5), at(topic, 1, 2), at(topic, 2, 9)])
    const received = new Received()
    await read(topic, received.take)
    await publisher.publish([at(topic, 1, 1), at(topic, 2, 3)])
    await received.atLeast(5)
    expect(received.texts.slice(0, 3)).toEqual(['2', '5', '9'])
    expect(received.texts.slice(3).sort()).toEqual(['1', '3'])
  })

  it.each([
    { partitions: 1, inOrderOfTime: false },
    { partitions: 2, inOrderOfTime: false },
    { partitions: 2, inOrderOfTime: true }
  ])('does not come to its end where the topic is deleted while it is read: %o', async (asked) => {
    const { partitions, inOrderOfTime } = asked
    const topic = await site().newTopic(partitions)
    const large = 'x'.repeat(900_000)
    for (let time = 0; time < 12; time++)
      await (await connect()).publish([at(topic, time % partitions, time, large)])
    const connection = await connect()
    let goOn: () => void = () => undefined
    const deleted = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const wish = { guarantee: 1, from: 'beginning', untilEnd: true, inOrderOfTime } as const
    const [grant] = await connection.subscribe([{ pattern: topic, ...wish }], () => deleted)
    let isAtEnd = false
    void grant?.end?.then(() => {
      isAtEnd = true
    })
    await site().admin.deleteTopics({ topics: [topic] })
    goOn()
    expect(await connection.closed).toMatchObject({ code: 'topic-deleted' })
    expect(isAtEnd).toBe(false)
  })

  it('is taken as far as its receiver has taken it, so that a session goes on behind', async () => {
    const topic = await site().newTopic(3)
    await (await connect()).publish(Array.from({ length: 30 }, (_, index) => at(topic, index % 3, index)))
    const session = site().newName('session')
    const received = new Received()
    const connection = await connect({ session })
    let stopped: () => void = () => undefined
    const whenStopped = new Promise<void>((resolve) => {
      stopped = resolve
    })
    const wish = {
      pattern: topic,
      guarantee: 1,
      from: 'beginning',
      untilEnd: true,
      inOrderOfTime: true
    } as const
    await connection.subscribe([wish], (batch) => {
      received.take(batch.slice(0, 10))
      stopped()
      return { done: 10, next: 'stop' }
    })
    await whenStopped
    await connection.close(1000)
    await read(topic, received.take, {}, { session })
    expect(received.texts.map(Number)).toEqual(Array.from({ length: 30 }, (_, index) => index))
  })
})
