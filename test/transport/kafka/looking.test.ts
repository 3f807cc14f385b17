import { AclOperationTypes } from 'kafkajs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BrokerConnection, ListedChannel, LookWish } from '../../../src/core/connection.js'
import type { TidingsError } from '../../../src/core/errors.js'
import { type Message, payloadBytes } from '../../../src/core/message.js'
import { carolMay } from '../../support/carol-may.js'
import { connectionOptions, message, Notices, Received } from '../../support/connection-options.js'
import { deleteRecords } from '../../support/delete-records.js'
import { isKafkaMissing } from '../../support/kafka-programs.js'
import { openConnection } from '../../support/open-connection.js'
import { useKafka } from '../../support/use-kafka.js'

const START = 1_700_000_000_000_000

describe.skipIf(isKafkaMissing)('looking at what topics keep', () => {
  const site = useKafka()
  const connections: BrokerConnection[] = []
  const notices = new Notices()
  const connect = async (url = site().url) => {
    const connection = await openConnection(connectionOptions(url, { onNotice: notices.take }))
    connections.push(connection)
    return connection
  }
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()))
  })

  interface Seen {
    readonly listed: ListedChannel[]
    readonly messages: Message[]
    readonly texts: string[]
    failure: TidingsError | undefined
  }

  async function look(
    patterns: readonly string[],
    more: Partial<LookWish> = {},
    connection?: BrokerConnection
  ): Promise<Seen> {
    const seen: Seen = { listed: [], messages: [], texts: [], failure: undefined }
    seen.failure = await (connection ?? (await connect())).look?.({
      patterns,
      messages: 10,
      time: 10_000,
      onListed: (channels) => seen.listed.push(...channels),
      take: (batch) => {
        seen.messages.push(...batch)
        seen.texts.push(...batch.map((each) => Buffer.from(payloadBytes(each)).toString()))
      },
      ...more
    })
    seen.listed.sort((a, b) => (a.name < b.name ? -1 : 1))
    return seen
  }

  const fill = async (topic: string, texts: readonly string[], facts: Partial<Message> = {}) =>
    (await connect()).publish(texts.map((text) => ({ ...message(topic, text), ...facts })))

  it('lists partitions and messages, also of a topic without messages, and of one whose first were deleted', async () => {
    const base = site().newName('look')
    const [full, empty, cut] = [`${base}.b.full`, `${base}.a.empty`, `${base}.c.cut`]
    await site().newTopic(3, {}, full)
    await site().newTopic(2, {}, empty)
    await site().newTopic(1, {}, cut)
    for (const partition of [0, 1, 2]) await fill(full, ['x', 'y'], { kafka: { partition } })
    await fill(cut, ['1', '2', '3', '4'])
    await deleteRecords(site().url, cut, 3)
    const { listed, texts } = await look([`${base}.#`])
    expect(listed).toMatchObject([
      { name: empty, partitions: 2, stored: 0 },
      { name: full, partitions: 3, stored: 6 },
      {
        name: cut,
        partitions: 1,
        stored: 1,
        places: [{ partition: 0, leader: 1, replicas: [1], inSync: [1] }]
      }
    ])
    expect([...texts].sort()).toEqual(['4', 'x', 'x', 'x', 'y', 'y', 'y'])
  })

  it('hands over the last messages of each partition, all of a topic in the order of their times', async () => {
    const topic = await site().newTopic(3)
    const connection = await connect()
    await connection.publish(
      Array.from({ length: 60 }, (_, index) => ({
        ...message(topic, `${index}`),
        sourceTime: START + index * 1_000_000,
        kafka: { partition: index % 3 }
      }))
    )
    const { texts, listed } = await look([topic], { messages: 4 })
    expect(listed).toMatchObject([{ name: topic, partitions: 3, stored: 60 }])
    expect(texts).toEqual(Array.from({ length: 12 }, (_, index) => `${index + 48}`))
  })

  it('leaves out internal topics unless they are named', async () => {
    const connection = await connect()
    // The broker makes its internal topics when somebody uses a group.
    await connection.subscribe(
      [{ pattern: await site().newTopic(), guarantee: 1, group: site().newName('group') }],
      () => {}
    )
    expect((await look(['#'])).listed.filter(({ name }) => name.startsWith('__'))).toEqual([])
    const { listed } = await look(['__consumer_offsets'])
    expect(listed).toMatchObject([{ name: '__consumer_offsets', partitions: 1 }])
  })

  it('refuses a named topic that does not exist', async () => {
    const name = site().newName('missing')
    await expect(look([name])).rejects.toMatchObject({ kind: 'refused', code: 'subscribe-refused' })
  })

  describe('that may not be read', () => {
    const DENIED = 'not authorized for the topic'
    let base = ''
    let connection: BrokerConnection
    // The broker hears of a right a moment after it was given.
    const lookAgain = (topic: string): Promise<Seen> =>
      look([topic], {}, connection).catch(() => lookAgain(topic))

    beforeEach(async () => {
      base = site().newName('look')
      const [open, secret] = [`${base}.open`, `${base}.secret`]
      await site().createTopics([open, secret])
      await fill(open, ['a'])
      await fill(secret, ['b'])
      const { DESCRIBE, READ } = AclOperationTypes
      await site().admin.createAcls({ acl: [carolMay(secret, DESCRIBE), carolMay(open, READ)] })
      connection = await connect(site().urlFor('carol', 'plain'))
      for (const topic of [open, secret]) await lookAgain(topic)
    })

    it('is listed, and fails the look if it was named', async () => {
      const { listed, texts, failure } = await look([`${base}.open`, `${base}.secret`], {}, connection)
      expect(listed).toHaveLength(2)
      expect(texts).toEqual(['a'])
      expect(failure).toMatchObject({
        kind: 'refused',
        code: 'subscribe-refused',
        message: `cannot read "${base}.secret": ${DENIED}`,
        suggestion: expect.stringContaining('--operation Read')
      })
    })

    it('is told of if a pattern matches others, too', async () => {
      const { texts, failure } = await look([`${base}.#`], {}, connection)
      expect({ texts, failure }).toEqual({ texts: ['a'], failure: undefined })
      expect(await notices.saying(`you may not read "${base}.secret"`)).toMatchObject({ kind: 'warning' })
    })

    it('fails the look if nothing else is there to be read', async () => {
      const { listed, failure } = await look([`${base.replace(/\d+$/, '+')}.secret`], {}, connection)
      expect(listed.map(({ name }) => name)).toContain(`${base}.secret`)
      expect(failure).toMatchObject({ kind: 'refused', message: expect.stringContaining(DENIED) })
    })
  })

  it('goes on in a subscription where the look has ended, without a gap and without repeats', async () => {
    const base = site().newName('look')
    const topic = await site().newTopic(4, {}, `${base}.old`)
    const lines = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => `${from + index}`)
    await fill(topic, lines(0, 100))
    const connection = await connect()
    const before = await look([`${base}.#`], { messages: 100 }, connection)
    await fill(topic, lines(100, 200))
    await site().newTopic(1, {}, `${base}.born`)
    await fill(`${base}.born`, lines(200, 210))
    const received = new Received()
    const wish = { pattern: `${base}.#`, guarantee: 1, sinceLook: true } as const
    await connection.subscribe([wish], received.take)
    await fill(topic, lines(210, 300))
    await received.atLeast(200)
    const all = [...before.texts, ...received.texts].map(Number).sort((a, b) => a - b)
    expect(all).toEqual(lines(0, 300).map(Number))
  })

  it('sees the newest messages, however large they are, and those behind many marks of transactions', async () => {
    const large = await site().newTopic()
    for (let index = 0; index < 5; index++)
      await fill(large, [`${index}${'x'.repeat(700_000)}`], { sourceTime: START + index })
    const seen = await look([large])
    expect(seen.texts.at(-1)?.[0]).toBe('4')

    const marked = await site().newTopic()
    await fill(marked, ['kept'])
    const producer = site().client.producer({
      transactionalId: site().newName('tx'),
      maxInFlightRequests: 1,
      idempotent: true
    })
    await producer.connect()
    for (let index = 0; index < 8; index++) {
      const transaction = await producer.transaction()
      await transaction.send({ topic: marked, messages: [{ value: 'given up' }] })
      await transaction.abort()
    }
    await producer.disconnect()
    expect((await look([marked])).texts).toEqual(['kept'])
  })
})
