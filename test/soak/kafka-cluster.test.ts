import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectionOptions, Notices } from '../support/connection-options.js'
import { findTool } from '../support/find-tool.js'
import { type KafkaCluster, type KafkaClusterNode, startKafkaCluster } from '../support/kafka-cluster.js'
import { isKafkaMissing } from '../support/kafka-programs.js'
import { NumberPublisher, NumberWitness } from '../support/numbered-messages.js'
import { openConnection } from '../support/open-connection.js'
import { extent, figure } from './extent.js'

const kcat = findTool('kcat', 'kcat')

describe.skipIf(isKafkaMissing || kcat.isLeftOut)('a Kafka of three nodes', () => {
  let cluster: KafkaCluster
  beforeAll(async () => {
    cluster = await startKafkaCluster()
  }, 180_000)
  afterAll(() => cluster?.stop())

  it('loses none of the messages that it has acknowledged, and has none twice with QoS 2, while each node is killed and started again', async () => {
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
      const restart = restarted(node)
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

  /** Kills a node and starts it again. Resolves once it has all that the others have. */
  async function restarted(node: KafkaClusterNode): Promise<void> {
    await node.kill()
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
