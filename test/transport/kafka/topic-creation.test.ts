import { afterEach, describe, expect, it } from 'vitest'
import { Cluster } from '../../../src/transport/kafka/cluster.js'
import { parseKafkaUrls } from '../../../src/transport/kafka/kafka-url.js'
import { NodeOpener } from '../../../src/transport/kafka/node-opener.js'
import { TopicCreation } from '../../../src/transport/kafka/topic-creation.js'
import { Topics } from '../../../src/transport/kafka/topics.js'
import { prepareSockets } from '../../../src/transport/sockets/prepare-sockets.js'
import { connectionOptions, Notices } from '../../support/connection-options.js'
import { isKafkaMissing } from '../../support/kafka-programs.js'
import { useKafka } from '../../support/use-kafka.js'

describe.skipIf(isKafkaMissing)('the creation of a topic', () => {
  const site = useKafka()
  const clusters: Cluster[] = []
  afterEach(async () => {
    await Promise.all(clusters.splice(0).map((cluster) => cluster.close()))
  })

  async function creating(partitions?: number, notices = new Notices()): Promise<TopicCreation> {
    const options = connectionOptions(site().url)
    const brokers = parseKafkaUrls(site().url)
    const opener = new NodeOpener(await prepareSockets(brokers, options, ''), options)
    const cluster = await Cluster.open(brokers, opener, options)
    clusters.push(cluster)
    return new TopicCreation(cluster, new Topics(cluster), notices.take, partitions)
  }

  it('gives as many partitions as were asked for, each with a leader', async () => {
    const { topic, refused } = await (await creating(4)).create(site().newName())
    expect(refused).toBeUndefined()
    expect(topic?.partitions.map(({ partition }) => partition).sort()).toEqual([0, 1, 2, 3])
    expect(topic?.partitions.every(({ leader }) => leader >= 0)).toBe(true)
  })

  it('leaves the number to the broker where nobody has said it', async () => {
    const { topic } = await (await creating()).create(site().newName())
    expect(topic?.partitions).toHaveLength(1)
  })

  it('is fine where somebody else was first: the topic stays as it is', async () => {
    const name = await site().newTopic(3)
    const { topic, refused } = await (await creating(5)).create(name)
    expect(refused).toBeUndefined()
    expect(topic?.partitions).toHaveLength(3)
  })

  it('is told, and so is that a topic was there with another number of partitions: each once', async () => {
    const notices = new Notices()
    const creation = await creating(2, notices)
    const [born, same, other] = [site().newName(), await site().newTopic(2), await site().newTopic(3)]
    for (const name of [born, born, same, other, other]) await creation.create(name)
    expect(notices.all).toEqual([
      { kind: 'created', text: `created the topic "${born}" with 2 partitions` },
      {
        kind: 'warning',
        text: `the topic "${other}" exists with 3 partitions, and stays so; --partitions is for topics that are created`
      }
    ])
    const left = new Notices()
    await (await creating(undefined, left)).create(other)
    expect(left.all).toEqual([])
  })

  it('is refused with what the broker says', async () => {
    const name = site().newName('a_b')
    await site().newTopic(1, {}, name)
    // The names of metrics cannot tell the two apart.
    const { topic, refused } = await (await creating()).create(name.replace('a_b', 'a.b'))
    expect(topic).toBeUndefined()
    expect(refused).toMatchObject({
      code: 'topic-not-created',
      reason: expect.stringMatching(/^the topic "a\.b.*" could not be created: .*collides/)
    })
  })
})
