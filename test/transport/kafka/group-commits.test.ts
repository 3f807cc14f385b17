import { afterEach, describe, expect, it } from 'vitest'
import { joinGroup } from '../../../src/transport/kafka/api/group-membership.js'
import { metadata } from '../../../src/transport/kafka/api/metadata.js'
import { encodeSubscription } from '../../../src/transport/kafka/group-messages.js'
import { type KafkaUrl, parseKafkaUrls } from '../../../src/transport/kafka/kafka-url.js'
import type { NodeConnection } from '../../../src/transport/kafka/node-connection.js'
import { NodeOpener } from '../../../src/transport/kafka/node-opener.js'
import { prepareSockets } from '../../../src/transport/sockets/prepare-sockets.js'
import { connectionOptions, message, Received } from '../../support/connection-options.js'
import { isKafkaMissing } from '../../support/kafka-programs.js'
import { openConnection } from '../../support/open-connection.js'
import { useKafka } from '../../support/use-kafka.js'

/** Messages that are committed one after the other: more seconds than a member needs to hear that others join. */
const COUNT = 7

describe.skipIf(isKafkaMissing)('a member of a group of Kafka', () => {
  const site = useKafka()
  const ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    await Promise.all(ends.splice(0).map((end) => end()))
  })

  async function openNode(): Promise<NodeConnection> {
    const brokers = parseKafkaUrls(site().url)
    const options = connectionOptions(site().url)
    const opener = new NodeOpener(await prepareSockets(brokers, options, ''), options)
    const node = await opener.open(brokers[0] as KafkaUrl, new AbortController().signal)
    ends.push(() => node.close())
    await node.request(metadata, { topics: [] })
    return node
  }

  /** Joins as somebody who does nothing afterwards, and has a minute for it. */
  async function joinIdly(group: string, topic: string): Promise<{ joined: Promise<unknown> }> {
    const node = await openNode()
    const join = (member: string) =>
      node.request(
        joinGroup,
        {
          group,
          sessionTimeout: 60_000,
          rebalanceTimeout: 60_000,
          member,
          protocols: [
            { name: 'cooperative-sticky', metadata: encodeSubscription({ topics: [topic], owned: [] }) }
          ]
        },
        60_000
      )
    const { member } = await join('')
    const joined = join(member)
    joined.catch(() => undefined)
    return { joined }
  }

  it('commits what it has written also while the group waits for a member that is slow to join again', async () => {
    const topic = await site().newTopic(1)
    const group = site().newName('group')
    const connection = await openConnection(connectionOptions(site().url))
    ends.push(() => connection.close())
    const received = new Received()
    await connection.subscribe([{ pattern: topic, guarantee: 1, group, from: 'beginning' }], received.take)
    const { joined } = await joinIdly(group, topic)
    await joined
    // Now the group waits for the idle member. It may do so for a minute.
    await joinIdly(group, topic)
    const committed = async () => {
      const [found] = await site().admin.fetchOffsets({ groupId: group, topics: [topic] })
      return Number(found?.partitions[0]?.offset)
    }
    for (let count = 1; count <= COUNT; count++) {
      expect(await connection.publish([message(topic, `${count}`)])).toMatchObject({ acknowledged: 1 })
      await received.atLeast(count)
      while ((await committed()) < count);
    }
    const { groups } = await site().admin.describeGroups([group])
    expect(groups.map(({ state }) => state)).toEqual(['PreparingRebalance'])
    expect(received.texts).toHaveLength(COUNT)
  })
})
