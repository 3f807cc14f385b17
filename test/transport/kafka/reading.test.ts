import { execFileSync } from 'node:child_process'
import { AclOperationTypes } from 'kafkajs'
import { afterEach, describe, expect, it } from 'vitest'
import type { BrokerConnection, HistoryPosition } from '../../../src/core/connection.js'
import { carolMay } from '../../support/carol-may.js'
import { connectionOptions, message, Notices, Received } from '../../support/connection-options.js'
import { deleteRecords } from '../../support/delete-records.js'
import { findTool } from '../../support/find-tool.js'
import { isKafkaMissing } from '../../support/kafka-programs.js'
import { openConnection } from '../../support/open-connection.js'
import { useKafka } from '../../support/use-kafka.js'

const kcat = findTool('kcat', 'kcat')

describe.skipIf(isKafkaMissing || kcat.isLeftOut)('reading from Kafka', () => {
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

  /** Everything that is there, from a position on. */
  async function readAll(topic: string, from: HistoryPosition = 'beginning'): Promise<Received> {
    const received = new Received()
    const connection = await connect()
    const [grant] = await connection.subscribe(
      [{ pattern: topic, guarantee: 1, from, untilEnd: true }],
      received.take
    )
    await grant?.end
    return received
  }

  const fill = async (topic: string, ...texts: string[]) =>
    (await connect()).publish(texts.map((text) => message(topic, text)))

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])(
    'reads what another client has compressed by %s',
    async (codec) => {
      const topic = await site().newTopic()
      const lines = Array.from({ length: 500 }, (_, index) => `line ${index} ${'abc'.repeat(index % 20)}`)
      const broker = site().url.replace('kafka://', '')
      execFileSync(kcat.path, ['-b', broker, '-P', '-t', topic, '-z', codec, '-X', 'linger.ms=50'], {
        input: `${lines.join('\n')}\n`
      })
      expect((await readAll(topic)).texts).toEqual(lines)
    }
  )

  it('begins at an offset, at the last messages, at a time, at the end', async () => {
    const topic = await site().newTopic()
    const at = (second: number, text: string) => ({
      ...message(topic, text),
      sourceTime: (1_700_000_000 + second) * 1_000_000
    })
    await (await connect()).publish([at(0, 'a'), at(10, 'b'), at(20, 'c'), at(30, 'd')])
    expect((await readAll(topic, { offset: 1 })).texts).toEqual(['b', 'c', 'd'])
    expect((await readAll(topic, { last: 2 })).texts).toEqual(['c', 'd'])
    expect((await readAll(topic, { last: 100 })).texts).toHaveLength(4)
    expect((await readAll(topic, { time: 1_700_000_010_000_000 })).texts).toEqual(['b', 'c', 'd'])
    expect((await readAll(topic, { time: 1_700_000_010_000_001 })).texts).toEqual(['c', 'd'])
    expect((await readAll(topic, { time: 1_800_000_000_000_000 })).texts).toEqual([])
    expect((await readAll(topic, 'latest')).texts).toEqual([])
  })

  it('says which partitions end before the offset to begin at, and how a time is written', async () => {
    const topic = await site().newTopic()
    await fill(topic, 'a', 'b')
    const tellOf = async (pattern: string, offset: number) => {
      const notices = new Notices()
      const connection = await connect({ onNotice: notices.take })
      await connection.subscribe([{ pattern, guarantee: 1, from: { offset } }], () => {})
      return notices.all.map(({ text }) => text)
    }
    expect(await tellOf(topic, 2)).toEqual([])
    expect(await tellOf(topic, 3)).toEqual([`partition 0 of "${topic}" ends at 2, before offset 3`])
    expect(await tellOf(topic, 1_700_000_000_000)).toEqual([
      `partition 0 of "${topic}" ends at 2, before offset 1700000000000; a time is written like --from 2023-11-14T22:13:20Z`
    ])
    const many = await site().newTopic(5)
    expect(await tellOf(many, 3)).toEqual([
      `partition 0 of "${many}" ends at 0, before offset 3, and so do 4 other partitions`
    ])
  })

  it.each(['session', 'group'] as const)(
    'says that it does not begin where it was told to, as a %s goes on at its place',
    async (kind) => {
      const topic = await site().newTopic()
      await fill(topic, 'a', 'b')
      const name = site().newName(kind)
      const tellAndRead = async (more: { from?: HistoryPosition } = {}) => {
        const notices = new Notices()
        const received = new Received()
        const connection = await connect({
          onNotice: notices.take,
          ...(kind === 'session' && { session: name })
        })
        const wish = { pattern: topic, guarantee: 1, untilEnd: true, ...more } as const
        const [grant] = await connection.subscribe(
          [kind === 'group' ? { ...wish, group: name } : wish],
          received.take
        )
        await grant?.end
        await connection.close(1000)
        return [received.texts, notices.all.map(({ text }) => text)]
      }
      expect(await tellAndRead({ from: 'beginning' })).toEqual([['a', 'b'], []])
      expect(await tellAndRead()).toEqual([[], []])
      expect(await tellAndRead({ from: 'beginning' })).toEqual([
        [],
        [
          `--from is ignored: the ${kind} "${name}" has a place already, and goes on there; to begin elsewhere take another name`
        ]
      ])
    }
  )

  it('leaves out what a transaction gave up, and the marks of its end', async () => {
    const topic = await site().newTopic()
    const producer = site().client.producer({
      transactionalId: site().newName('tx'),
      maxInFlightRequests: 1,
      idempotent: true
    })
    await producer.connect()
    for (const [text, isGood] of [
      ['one', true],
      ['two', false],
      ['three', true]
    ] as const) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ value: text }] })
      await (isGood ? transaction.commit() : transaction.abort())
    }
    await producer.disconnect()
    // The mark that a transaction has ended comes a moment after its producer is told so.
    const received = new Received()
    await (await connect()).subscribe([{ pattern: topic, guarantee: 1, from: 'beginning' }], received.take)
    await received.atLeast(2)
    expect(received.texts).toEqual(['one', 'three'])
  })

  it('reads all partitions, each in its order', async () => {
    const topic = await site().newTopic(5)
    const messages = Array.from({ length: 2000 }, (_, index) => ({
      ...message(topic, `${index}`),
      key: `k${index % 31}`
    }))
    await (await connect()).publish(messages)
    const received = await readAll(topic)
    expect(received.messages).toHaveLength(2000)
    const numbers = new Map<string, number[]>()
    for (const [at, { key }] of received.messages.entries())
      numbers.set(`${key}`, [...(numbers.get(`${key}`) ?? []), Number(received.texts[at])])
    for (const each of numbers.values()) expect(each).toEqual([...each].sort((a, b) => a - b))
  })

  it('ends once each of many partitions has ended, of which most are empty', async () => {
    const topic = await site().newTopic(50)
    const places = [49, 3, 20, 3, 0]
    const messages = places.map((partition) => ({ ...message(topic, `${partition}`), kafka: { partition } }))
    await (await connect()).publish(messages)
    expect((await readAll(topic)).texts.sort()).toEqual(['0', '20', '3', '3', '49'])
  })

  it('goes on behind what was deleted, and says so', async () => {
    const topic = await site().newTopic()
    await fill(topic, 'a', 'b', 'c')
    await deleteRecords(site().url, topic, 2)
    expect((await readAll(topic)).texts).toEqual(['c'])
    expect((await readAll(topic, { offset: 0 })).texts).toEqual(['c'])
  })

  it('refuses a topic that does not exist at once', async () => {
    const connection = await connect()
    const topic = site().newName('missing')
    const grants = await connection.subscribe([{ pattern: topic, guarantee: 1 }], () => {})
    expect(grants).toEqual([
      {
        pattern: topic,
        guarantee: undefined,
        reason: `there is no topic "${topic}"`,
        suggestion: `see which topics there are: tidings channels; or create it: kafka-topics.sh --bootstrap-server ${site().url.replace('kafka://', '')} --create --topic ${topic}`
      }
    ])
  })

  it('ends at once where no topic matches a pattern at present, and says so', async () => {
    const base = site().newName('none')
    const matched = await site().newTopic(1, {}, site().newName('some.topic'))
    const notices = new Notices()
    const connection = await connect({ onNotice: notices.take })
    const wish = { guarantee: 1, from: 'beginning', untilEnd: true } as const
    const patterns = [`${base}.#`, `${matched.replace(/\..*/, '')}.#`]
    const grants = await connection.subscribe(
      patterns.map((pattern) => ({ pattern, ...wish })),
      () => {}
    )
    await Promise.all(grants.map(({ end }) => end))
    expect(notices.all).toEqual([{ kind: 'warning', text: `no topic matches "${base}.#" at present` }])
    const waiting = await connect({ onNotice: notices.take })
    await waiting.subscribe([{ pattern: `${base}.#`, guarantee: 1 }], () => {})
    expect(notices.all).toHaveLength(1)
    const nothing = await connect({ onNotice: notices.take })
    await expect(nothing.subscribe([{ pattern: `${base}.#`, ...wish }], () => {})).rejects.toMatchObject({
      kind: 'nothing-received',
      message: `received nothing: no topic that you may see matches "${base}.#"`
    })
    expect(notices.all).toHaveLength(1)
  })

  it('is refused where a pattern matches topics that the user may see, and none that they may read', async () => {
    const base = site().newName('closed')
    await site().createTopics([`${base}.a`, `${base}.b`])
    await fill(`${base}.a`, 'a')
    await fill(`${base}.b`, 'b')
    const may = (topic: string) => carolMay(topic, AclOperationTypes.DESCRIBE)
    await site().admin.createAcls({ acl: [may(`${base}.a`), may(`${base}.b`)] })
    const wish = { guarantee: 1, from: 'beginning', untilEnd: true } as const
    for (const inOrder of [false, true]) {
      const connection = await openConnection(connectionOptions(site().urlFor('carol', 'plain')))
      connections.push(connection)
      await connection.subscribe(
        [{ pattern: `${base}.#`, ...wish, ...(inOrder && { inOrderOfTime: true }) }],
        () => {}
      )
      expect(await connection.closed).toMatchObject({ kind: 'refused', code: 'subscribe-refused' })
    }
  })

  it('leaves out what a pattern matches and the user may not read, with a warning', async () => {
    const base = site().newName('some')
    const [open, closed] = [`${base}.open`, `${base}.closed`]
    await site().createTopics([open, closed])
    await fill(open, 'a')
    await fill(closed, 'b')
    await site().admin.createAcls({
      acl: [carolMay(open, AclOperationTypes.READ), carolMay(closed, AclOperationTypes.DESCRIBE)]
    })
    const notices = new Notices()
    const connection = await openConnection(
      connectionOptions(site().urlFor('carol', 'plain'), { onNotice: notices.take })
    )
    connections.push(connection)
    const received = new Received()
    const wish = { guarantee: 1, from: 'beginning' } as const
    await connection.subscribe([{ pattern: `${base}.#`, ...wish }], received.take)
    expect(await notices.saying(`you may not read "${closed}"`)).toMatchObject({ kind: 'warning' })
    await received.atLeast(1)
    expect(received.texts).toEqual(['a'])
  })

  it('ends where the topic is deleted while it is read', async () => {
    const topic = await site().newTopic()
    const connection = await connect()
    await connection.subscribe([{ pattern: topic, guarantee: 1 }], () => {})
    await site().admin.deleteTopics({ topics: [topic] })
    expect(await connection.closed).toMatchObject({ code: 'topic-deleted' })
  })

  it('notices a second reader of a session', async () => {
    const topic = await site().newTopic()
    const session = site().newName('session')
    const first = await connect({ session })
    const second = await connect({ session })
    for (const connection of [first, second])
      await connection.subscribe([{ pattern: topic, guarantee: 1 }], () => {})
    await fill(topic, 'x')
    expect(await Promise.race([first.closed, second.closed])).toMatchObject({ code: 'session-taken-over' })
  })

  it('notices a second reader that stores the same progress at the same moment', async () => {
    const topic = await site().newTopic()
    const session = site().newName('session')
    await fill(topic, 'x')
    const readers = await Promise.all([connect({ session }), connect({ session })])
    const endings = readers.map((each) =>
      each
        .subscribe([{ pattern: topic, guarantee: 1, from: 'beginning' }], () => {})
        .then(
          () => each.closed,
          (error: unknown) => error
        )
    )
    expect(await Promise.race(endings)).toMatchObject({ code: 'session-taken-over' })
  })

  it('does not take over the progress of a group that has members', async () => {
    const topic = await site().newTopic()
    const name = site().newName('group')
    await (await connect()).subscribe([{ pattern: topic, guarantee: 1, group: name }], () => {})
    const connection = await connect({ session: name })
    await expect(connection.subscribe([{ pattern: topic, guarantee: 1 }], () => {})).rejects.toMatchObject({
      code: 'session-in-use'
    })
  })

  it('gives the share of a member that leaves to another, who repeats nothing', async () => {
    const topic = await site().newTopic(4)
    const group = site().newName('group')
    const received = new Received()
    const first = await connect()
    await first.subscribe([{ pattern: topic, guarantee: 1, group, from: 'beginning' }], received.take)
    await fill(topic, ...Array.from({ length: 100 }, (_, index) => `a${index}`))
    await received.atLeast(100)
    const second = await connect()
    await second.subscribe([{ pattern: topic, guarantee: 1, group, from: 'beginning' }], received.take)
    await first.close(1000)
    await fill(topic, ...Array.from({ length: 100 }, (_, index) => `b${index}`))
    await received.atLeast(200)
    expect(new Set(received.texts).size).toBe(200)
    expect(received.texts).toHaveLength(200)
  })
})
