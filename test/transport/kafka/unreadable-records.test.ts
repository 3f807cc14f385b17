import { afterEach, describe, expect, it } from 'vitest'
import type { BrokerConnection, Subscription } from '../../../src/core/connection.js'
import { connectionOptions, message, Notices, Received } from '../../support/connection-options.js'
import { damageLog } from '../../support/damage-log.js'
import { isKafkaMissing } from '../../support/kafka-programs.js'
import { openConnection } from '../../support/open-connection.js'
import { useKafka } from '../../support/use-kafka.js'

describe.skipIf(isKafkaMissing)('records that cannot be read', () => {
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

  /** A topic with the offsets 0 to 7 in each partition, of which those from 2 to 4 are one damaged batch. */
  async function start(partitions = 1): Promise<string> {
    const topic = await site().newTopic(partitions)
    const connection = await connect()
    for (let partition = 0; partition < partitions; partition++)
      for (const texts of [
        ['a', 'b'],
        ['damaged', 'x', 'x'],
        ['c', 'd', 'e']
      ])
        await connection.publish(
          texts.map((text) => ({ ...message(topic, `${text}${partition}`), kafka: { partition } }))
        )
    for (let partition = 0; partition < partitions; partition++)
      damageLog(site().address, topic, partition, 'damaged')
    return topic
  }

  async function read(pattern: string, more: Partial<Subscription> = {}, session?: string) {
    const received = new Received()
    const notices = new Notices()
    const connection = await connect({ onNotice: notices.take, ...(session !== undefined && { session }) })
    const wish = { pattern, guarantee: 1, from: 'beginning', untilEnd: true, ...more } as const
    const [grant] = await connection.subscribe([wish], received.take)
    const failure = await Promise.race([grant?.end, connection.closed])
    await connection.close(1000)
    return { failure, texts: received.texts, told: notices.all.map(({ text }) => text) }
  }

  const wrong = (partition: number) =>
    `the checksum of the records at offset 2 of partition ${partition} is wrong`

  it('end the reading, and the hint says how to get past them', async () => {
    const topic = await start()
    const { failure, texts } = await read(topic)
    expect(texts).toEqual(['a0', 'b0'])
    expect(failure).toMatchObject({
      kind: 'unfinished',
      code: 'bad-records',
      message: `cannot read "${topic}": ${wrong(0)}`,
      suggestion: 'leave them out: --skip-unreadable'
    })
  })

  it.each([
    ['by itself', 1, {}],
    ['of several partitions as they come', 3, {}],
    ['of several partitions in the order of time', 3, { inOrderOfTime: true }]
  ])('are left out if they shall be, and told: %s', async (_, partitions, more) => {
    const topic = await start(partitions)
    const { failure, texts, told } = await read(topic, { skipUnreadable: true, ...more })
    const numbers = Array.from({ length: partitions }, (_each, at) => at)
    const wanted = numbers.flatMap((at) => ['a', 'b', 'c', 'd', 'e'].map((text) => `${text}${at}`))
    expect(failure).toBeUndefined()
    expect(texts.toSorted()).toEqual(wanted.toSorted())
    expect(told.toSorted()).toEqual(
      numbers.map((at) => `left out offsets 2 to 4 of partition ${at} of "${topic}": ${wrong(at)}`)
    )
  })

  it.each(['session', 'group'] as const)('hold up a %s only until they are left out', async (kind) => {
    const topic = await start()
    const name = site().newName(kind)
    const session = kind === 'session' ? name : undefined
    const more = kind === 'group' ? { group: name } : {}
    const failure = { code: 'bad-records' }
    expect(await read(topic, more, session)).toMatchObject({ texts: ['a0', 'b0'], failure })
    const later = { ...more, from: undefined }
    expect(await read(topic, later, session)).toMatchObject({ texts: [], failure })
    expect(await read(topic, { ...later, skipUnreadable: true }, session)).toMatchObject({
      texts: ['c0', 'd0', 'e0'],
      failure: undefined
    })
    expect(await read(topic, later, session)).toMatchObject({ texts: [], failure: undefined })
  })
})
