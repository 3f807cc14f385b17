import { afterAll, describe, expect, it } from 'vitest'
import { connectionOptions } from '../support/connection-options.js'
import { GroupWitness } from '../support/group-witness.js'
import { isKafkaMissing } from '../support/kafka-programs.js'
import { NumberPublisher } from '../support/numbered-messages.js'
import { openConnection } from '../support/open-connection.js'
import { makeHome } from '../support/program.js'
import { useKafka } from '../support/use-kafka.js'

describe.skipIf(isKafkaMissing)('a group of Kafka', () => {
  const site = useKafka()
  const home = makeHome()
  afterAll(() => home.remove())

  it('goes on without a member that sleeps longer than its session, and with it once it wakes; it does nothing that others have done', async () => {
    const topic = await site().newTopic(4)
    const group = site().newName('group')
    const witness = new GroupWitness()
    const args = ['subscribe', topic, '--group', group, '--from', 'beginning', '--json', '-b', site().url]
    const members = [witness.start(args, home.env), witness.start(args, home.env)]
    const connection = await openConnection(connectionOptions(site().url))
    const publisher = new NumberPublisher(connection, topic, 2)
    const committed = async () => {
      const found = await site().admin.fetchOffsets({ groupId: group, topics: [topic] })
      return new Map(
        found.flatMap(({ partitions }) => partitions.map((each) => [each.partition, Number(each.offset)]))
      )
    }
    const sum = (offsets: ReadonlyMap<number, number>) => [...offsets.values()].reduce((a, b) => a + b, 0)
    const publish = async () => {
      await publisher.rush(publisher.sent + 1000, () => {})
      await witness.atLeast(publisher.sent)
    }
    await publish()
    // Each has a share, once both have written.
    while (witness.writers.size < 2) await publish()
    while (sum(await committed()) < publisher.sent);
    members[0]?.suspend()
    await publish()
    while (sum(await committed()) < publisher.sent);
    witness.note(Date.now(), await committed())
    members[0]?.resume()
    witness.writers.clear()
    while (witness.writers.size < 2) await publish()
    expect(await Promise.all(members.map((member) => member.interrupt()))).toEqual([0, 0])
    expect(witness.count).toBe(publisher.sent)
    expect(witness.wrong).toEqual([])
    expect(sum(await committed())).toBe(publisher.sent)
    await publisher.close()
  })
})
