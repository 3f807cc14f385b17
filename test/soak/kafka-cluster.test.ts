import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectionOptions, Notices } from '../support/connection-options.js'
import { findTool } from '../support/find-tool.js'
import { GroupWitness } from '../support/group-witness.js'
import { type KafkaCluster, type KafkaClusterNode, startKafkaCluster } from '../support/kafka-cluster.js'
import { isKafkaMissing } from '../support/kafka-programs.js'
import { NumberPublisher, NumberWitness } from '../support/numbered-messages.js'
import { openConnection } from '../support/open-connection.js'
import { makeHome, runProgram } from '../support/program.js'
import { expectOneReason } from '../support/situation.js'
import { extent, figure } from './extent.js'

const kcat = findTool('kcat', 'kcat')

// Both at once: the group works while nodes go.
describe.skipIf(isKafkaMissing || kcat.isLeftOut).concurrent('a Kafka of three nodes', () => {
  const home = makeHome()
  let cluster: KafkaCluster
  beforeAll(async () => {
    cluster = await startKafkaCluster()
    await cluster.createTopic('safe', 1, { 'min.insync.replicas': '3' })
  }, 180_000)
  afterAll(async () => {
    await cluster?.stop()
    home.remove()
  })

  it('loses none of the messages that it has acknowledged, and has none twice with QoS 2, while each node is killed and started again; refuses by name what too few nodes would keep', async () => {
    const count = extent({ short: 30_000, long: 200_000, full: 1_000_000 })
    const rounds = extent({ short: 1, long: 1, full: 2 })
    const publishers: NumberPublisher[] = []
    const notices = new Notices()
    for (const qos of [1, 2] as const) {
      await cluster.createTopic(`qos.${qos}`, 6)
      const connection = await openConnection(connectionOptions(cluster.url, { onNotice: notices.take }))
      publishers.push(new NumberPublisher(connection, `qos.${qos}`, qos))
    }
    const stops = Array.from({ length: rounds }, () => cluster.nodes).flat()
    const began = performance.now()
    for (const [at, node] of stops.entries()) {
      const limit = Math.floor((count / stops.length) * (at + 1))
      const isLast = at === stops.length - 1
      const restart = restarted(node, isLast ? refusesWhatIsNotSafe : undefined)
      await Promise.all(
        publishers.map(async (publisher) => {
          // First the node goes while much is on its way, and then it comes back while little is.
          await publisher.rush(Math.floor((publisher.sent + limit) / 2), () => {})
          await publisher.trickle(limit, restart)
          await publisher.rush(limit, () => {})
        })
      )
    }
    const seconds = (performance.now() - began) / 1000
    expect(await publishSafely('2')).toMatchObject({ exitCode: 0 })
    for (const publisher of publishers) {
      expect(await publisher.total()).toEqual({ acknowledged: count, refused: 0, unacknowledged: 0 })
      await publisher.close()
    }
    const [loose, strict] = [await readAll('qos.1', count), await readAll('qos.2', count)]
    expect([strict.twice, strict.outOfOrder]).toEqual([0, 0])
    figure(
      `Kafka: 2 x ${count} messages, ${stops.length} nodes killed and started: 0 lost; QoS 1: ${loose.twice} twice; QoS 2: 0 twice; ` +
        `${notices.all.length} notices, ${seconds.toFixed(1)} s`
    )
  })

  it('keeps the work of a group of three whose members are killed: none is lost, and what was stored is not done again', async () => {
    const kills = extent({ short: 3, long: 6, full: 20 })
    const share = extent({ short: 3000, long: 10_000, full: 20_000 })
    await cluster.createTopic('work', 12)
    const witness = new GroupWitness()
    const args = [
      'subscribe',
      'work',
      '--group',
      'workers',
      '--from',
      'beginning',
      '--json',
      '-b',
      cluster.url
    ]
    const startMember = () => witness.start(args, home.env)
    const members = [startMember(), startMember(), startMember()]
    const publisher = new NumberPublisher(await openConnection(connectionOptions(cluster.url)), 'work', 2)
    await publisher.rush(share, () => {})
    await witness.atLeast(share)
    for (let kill = 1; kill <= kills; kill++) {
      const killed = members.shift()?.kill()
      await publisher.rush(publisher.sent + share / 2, () => {})
      await killed
      witness.note(Date.now(), await cluster.committed('workers', 'work'))
      members.push(startMember())
      await publisher.trickle(publisher.sent + share / 2, Promise.resolve())
      // Each second time the next one is killed while the share of the last one belongs to nobody.
      if (kill % 2 === 0) await witness.atLeast(publisher.sent)
    }
    await witness.atLeast(publisher.sent)
    expect(await publisher.total()).toEqual({ acknowledged: publisher.sent, refused: 0, unacknowledged: 0 })
    expect(await Promise.all(members.map((member) => member.interrupt()))).toEqual([0, 0, 0])
    expect(witness.count).toBe(publisher.sent)
    expect(witness.wrong).toEqual([])
    const stored = await cluster.committed('workers', 'work')
    expect([...stored.values()].reduce((sum, offset) => sum + offset, 0)).toBe(publisher.sent)
    figure(
      `Kafka: ${publisher.sent} messages to a group of 3, ${kills} members killed: 0 lost, ${witness.twice} done again, ` +
        `the oldest of them ${Math.round(witness.oldest)} ms before the death of its member`
    )
    await publisher.close()
  })

  const publishSafely = (text: string) =>
    runProgram(['publish', 'safe', text, '-b', cluster.url], { env: home.env })

  /** A message of which each node has to have a copy, while one is gone. */
  async function refusesWhatIsNotSafe(): Promise<void> {
    const { exitCode, stderr } = await publishSafely('1')
    expectOneReason(stderr)
    expect(stderr).toContain('there are not enough replicas in sync (min.insync.replicas)')
    expect(stderr).toContain('look at the replicas in sync: kafka-topics.sh --describe')
    expect(exitCode).toBe(4)
  }

  /** Kills a node and starts it again. Resolves once it has all that the others have. */
  async function restarted(node: KafkaClusterNode, meanwhile?: () => Promise<void>): Promise<void> {
    await node.kill()
    await meanwhile?.()
    await node.start()
    await cluster.inSync()
  }

  /** Reads a topic from its beginning to its end. All numbers have to be there, and another client has to count as many messages. */
  async function readAll(topic: string, count: number): Promise<NumberWitness & { outOfOrder: number }> {
    const witness = Object.assign(new NumberWitness(count), { outOfOrder: 0 })
    const last = new Map<number, number>()
    const connection = await openConnection(connectionOptions(cluster.url))
    const [grant] = await connection.subscribe(
      [{ pattern: topic, guarantee: 1, from: 'beginning', untilEnd: true }],
      (messages) => {
        for (const { payload, kafka } of messages) {
          const [number, partition] = [Number(`${payload}`), kafka?.partition ?? -1]
          if (number < (last.get(partition) ?? -1)) witness.outOfOrder++
          last.set(partition, number)
          witness.take(payload ?? Buffer.alloc(0), false)
        }
      }
    )
    await grant?.end
    await connection.close()
    expect(witness.missing).toEqual([])
    const options = ['-b', cluster.brokers, '-C', '-t', topic, '-e', '-q', '-f', '%s\n']
    const lines = execFileSync(kcat.path, options, { maxBuffer: 1e9, encoding: 'latin1' }).trim().split('\n')
    expect([lines.length, new Set(lines).size]).toEqual([count + witness.twice, count])
    return witness
  }
})
