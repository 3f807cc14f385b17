import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerCheck, CheckOptions } from '../../../../src/core/broker-check.js'
import { transportClock } from '../../../../src/transport/clock/transport-clock.js'
import { kafka } from '../../../../src/transport/kafka/kafka.js'
import { connectionOptions, message } from '../../../support/connection-options.js'
import { type KafkaNode, startKafkaNode } from '../../../support/kafka-node.js'
import { isKafkaMissing } from '../../../support/kafka-programs.js'
import { useKafka } from '../../../support/use-kafka.js'

const check = (url: string, more: Partial<CheckOptions> = {}) =>
  kafka.checkBroker({
    connection: connectionOptions(url),
    clock: transportClock,
    below: 'tidings-check',
    id: 'c0ffee',
    patience: 10_000,
    roundTrips: 3,
    stop: new AbortController().signal,
    ...more
  })

const valuesOf = ({ findings }: BrokerCheck) =>
  Object.fromEntries(findings.map(({ name, value }) => [name, value]))

/** What is said to people of these findings. */
const wordsOf = ({ findings }: BrokerCheck, ...names: string[]) =>
  names.map((wanted) => findings.find(({ name }) => name === wanted)?.lines[0]?.[1])

const ABILITIES = ['createTopics', 'publish', 'deliver', 'deleteTopics', 'idempotence', 'session', 'shared']

describe.skipIf(isKafkaMissing)('the check of a Kafka', () => {
  const site = useKafka()
  const ownTopics = async () =>
    (await site().admin.listTopics()).filter((topic) => topic.startsWith('tidings-check'))

  it('is refused where the broker wants a login, and nobody logs in', async () => {
    await expect(check(`kafka://127.0.0.1:${site().address.ports.password}`)).rejects.toMatchObject({
      kind: 'refused',
      code: 'not-authorized',
      suggestion: expect.stringContaining('--username NAME')
    })
  })

  it('is refused where the broker has no logins, and says so', async () => {
    await expect(check(site().url.replace('//', '//ann:secret@'))).rejects.toMatchObject({
      kind: 'refused',
      code: 'not-authorized',
      message: expect.stringContaining('nobody logs in at this port of the broker'),
      suggestion: expect.stringContaining('leave out user name and password')
    })
  })

  it('tells what the cluster is, and that everything works, and leaves no topic and no group behind', async () => {
    const topic = await site().newTopic()
    const outcome = await check(site().url)
    expect(valuesOf(outcome)).toMatchObject({
      product: { version: '4.4', orLater: false, features: { 'metadata.version': expect.any(Number) } },
      cluster: expect.stringMatching(/^[\w-]{22}$/),
      brokers: [{ id: 1, host: '127.0.0.1', port: site().address.ports.plain, rack: null, controller: true }],
      clusterRights: expect.arrayContaining(['create topics', 'describe', 'change the configuration']),
      topicDefaults: { partitions: 1, replicas: 1, minInSync: 1 },
      autoCreation: false,
      latency: { rounds: 3 }
    })
    expect(wordsOf(outcome, ...ABILITIES)).toEqual(ABILITIES.map(() => 'yes'))
    expect(outcome.warnings).toEqual(['a new topic has one replica: its messages are lost with one disk'])
    expect(await ownTopics()).toEqual([])
    const groups = (await site().admin.listGroups()).groups.map(({ groupId }) => groupId)
    expect(groups.filter((group) => group.startsWith('tidings-check'))).toEqual([])
    expect(await site().admin.listTopics()).toContain(topic)
  })

  it('uses nothing where the user may not create a topic, and says that it is not known', async () => {
    const outcome = await check(site().urlFor('bob', 'plain'))
    const [create, publish, deliver, remove] = wordsOf(outcome, ...ABILITIES)
    expect(create).toMatch(/^no: not authorized/)
    for (const words of [publish, deliver, remove])
      expect(words).toBe('unknown: a topic for it could not be created')
    expect(valuesOf(outcome)).toMatchObject({ topics: { count: 0 }, clusterRights: [], autoCreation: null })
    expect(wordsOf(outcome, 'idempotence', 'session')).toEqual([
      'no: not authorized for the cluster',
      expect.stringMatching(/^unknown: .*not authorized for the group/)
    ])
    expect(outcome.warnings).toContain('publish --qos 2 does not work')
    expect(await ownTopics()).toEqual([])
  })

  it('tells how far a group has come, and who its members are, and changes neither', async () => {
    const topic = await site().newTopic(2)
    const group = site().newName('group')
    const connection = await kafka.open(connectionOptions(site().url, { session: group }))
    const from = { pattern: topic, guarantee: 1, from: 'beginning', untilEnd: true } as const
    await connection.publish([message(topic, 'a'), message(topic, 'b')])
    const [grant] = await connection.subscribe([from], () => undefined)
    await grant?.end
    await connection.close(1000)
    const later = await kafka.open(connectionOptions(site().url))
    await later.publish(['c', 'd', 'e'].map((text) => message(topic, text)))

    const before = await site().admin.listTopics()
    const outcome = await check(site().url, { group })
    expect((await site().admin.listTopics()).sort()).toEqual(before.sort())
    expect(outcome.findings.map(({ name }) => name)).toEqual(['group'])
    expect(outcome.findings[0]?.lines.map(([label]) => label)).toEqual([
      'Group',
      '  partition',
      '  partition'
    ])
    expect(valuesOf(outcome)).toMatchObject({ group: { name: group, state: 'Empty', lag: 3, members: [] } })
    expect(wordsOf(outcome, 'group')).toEqual([`${group}: 3 messages to read, 0 members (Empty)`])

    await later.subscribe([{ pattern: topic, guarantee: 1, group }], () => new Promise(() => {}))
    const read = valuesOf(await check(site().url, { group }))
    expect(read).toMatchObject({
      group: {
        lag: 3,
        members: [
          {
            client: 'tidings',
            host: '127.0.0.1',
            partitions: [
              { topic, partition: 0 },
              { topic, partition: 1 }
            ]
          }
        ]
      }
    })
    await later.close()
  })

  it('fails for a group that is not there, or may not be seen', async () => {
    await expect(check(site().url, { group: 'nobody' })).rejects.toMatchObject({
      kind: 'refused',
      code: 'no-such-group',
      message: 'cannot look at the group "nobody": there is no such group'
    })
    await expect(check(site().urlFor('bob', 'plain'), { group: 'billing' })).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('not authorized for the group')
    })
  })

  it('leaves nothing behind where its user stops it', async () => {
    const stop = new AbortController()
    // The check is at its round trips when it asks for the time again and again.
    let asked = 0
    const clock = {
      ...transportClock,
      monotonic() {
        if (++asked === 12) stop.abort('SIGINT')
        return transportClock.monotonic()
      }
    }
    const stopped = check(site().url, { stop: stop.signal, clock, roundTrips: 1_000_000 })
    await expect(stopped).rejects.toMatchObject({ kind: 'interrupted' })
    expect(await ownTopics()).toEqual([])
  })
})

describe.skipIf(isKafkaMissing)('the check of another Kafka', () => {
  let node: KafkaNode
  beforeAll(async () => {
    // The last line of a name counts.
    node = await startKafkaNode(['broker.rack=north', 'auto.create.topics.enable=true', 'num.partitions=3'])
  })
  afterAll(() => node.stop())

  it('tells the rack, and warns of topics that are created by mistake', async () => {
    const outcome = await check(`kafka://127.0.0.1:${node.address.ports.plain}`)
    expect(valuesOf(outcome)).toMatchObject({
      brokers: [{ rack: 'north' }],
      autoCreation: true,
      topicDefaults: { partitions: 3 }
    })
    expect(outcome.warnings.join('\n')).toMatch(/by mistake/)
  })
})
