import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Kafka } from 'kafkajs'
import { pause } from '../../src/transport/connecting/back-off.js'
import { type BrokerProcess, freePorts, startBrokerProcess } from './broker-process.js'
import { kafkaProgram } from './kafka-programs.js'

const run = promisify(execFile)

/** One node of a cluster, which is a broker and a controller. */
export interface KafkaClusterNode {
  /** Its number in the cluster. */
  readonly id: number
  readonly port: number
  /** Kills it, which has the effect of a power cut. */
  kill(): Promise<void>
  /** Starts it again on the same ports with what it has stored. */
  start(): Promise<void>
}

/** Three nodes of Kafka that are one cluster. Each topic has a replica on each. */
export interface KafkaCluster {
  readonly nodes: readonly KafkaClusterNode[]
  /** Names all nodes. */
  readonly url: string
  /** The nodes as kcat names them. */
  readonly brokers: string
  /** Creates a topic with three replicas, of which two have to be in sync. Resolves once each node knows it. */
  createTopic(topic: string, partitions: number, config?: Readonly<Record<string, string>>): Promise<void>
  /** How far a group has come in a topic, by partition. */
  committed(group: string, topic: string): Promise<ReadonlyMap<number, number>>
  /** Resolves once each replica of each topic has all that its leader has. */
  inSync(): Promise<void>
  stop(): Promise<void>
}

/** Milliseconds between two questions to the cluster. */
const LOOK_AGAIN = 100
const IDS = [1, 2, 3]
const CLUSTER = 'dGlkaW5ncy10ZXN0cy0tMw'

/** Starts three nodes at once: about 10 seconds of two processors, and 285 MB each. */
export async function startKafkaCluster(): Promise<KafkaCluster> {
  const folder = mkdtempSync('/tmp/tidings-kafka-')
  const all = await freePorts(2 * IDS.length)
  const ports = { broker: all.slice(0, IDS.length), controller: all.slice(IDS.length) }
  const voters = IDS.map((id, index) => `${id}@127.0.0.1:${ports.controller[index]}`).join()
  const running = new Map<number, BrokerProcess>()
  const nodes = IDS.map((id, index): KafkaClusterNode => {
    const port = ports.broker[index] ?? 0
    const properties = join(folder, `${id}.properties`)
    writeFileSync(properties, configOf(id, folder, voters, port, ports.controller[index] ?? 0).join('\n'))
    return {
      id,
      port,
      kill: async () => running.get(id)?.kill(),
      async start() {
        const command = kafkaProgram('kafka.Kafka', properties)
        running.set(id, await startBrokerProcess(command, 'Kafka Server started'))
      }
    }
  })
  const brokers = nodes.map(({ port }) => `127.0.0.1:${port}`)
  const admin = new Kafka({ brokers, logLevel: 0 }).admin()
  const stop = async () => {
    await admin.disconnect()
    // They need no clean end, which would wait for one another.
    await Promise.all(nodes.map((node) => node.kill()))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await Promise.all(nodes.map((node) => format(join(folder, `${node.id}.properties`))))
    await Promise.all(nodes.map((node) => node.start()))
    await admin.connect()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    nodes,
    url: `kafka://${brokers.join()}`,
    brokers: brokers.join(),
    async createTopic(topic, numPartitions, config = {}) {
      const entries = Object.entries({ 'min.insync.replicas': '2', ...config })
      const configEntries = entries.map(([name, value]) => ({ name, value }))
      const topics = [{ topic, numPartitions, replicationFactor: 3, configEntries }]
      await admin.createTopics({ waitForLeaders: false, topics })
      // A replica that is in sync has heard of the topic.
      while (!(await areInSync(admin, [topic]))) await pause(LOOK_AGAIN, new AbortController().signal)
    },
    async committed(groupId, topic) {
      const found = await admin.fetchOffsets({ groupId, topics: [topic] })
      return new Map(
        found.flatMap(({ partitions }) => partitions.map((each) => [each.partition, Number(each.offset)]))
      )
    },
    async inSync() {
      while (!(await areInSync(admin))) await pause(LOOK_AGAIN, new AbortController().signal)
    },
    stop
  }
}

async function format(properties: string): Promise<void> {
  const { program, args } = kafkaProgram(
    'kafka.tools.StorageTool',
    ...['format', '--cluster-id', CLUSTER, '--config', properties]
  )
  await run(program, args)
}

async function areInSync(admin: ReturnType<Kafka['admin']>, names: string[] = []): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: names })
    return topics.every(({ partitions }) => partitions.every(({ isr }) => isr.length === IDS.length))
  } catch {
    // The node that was asked is being killed, has not started, or has not heard of a topic.
    return false
  }
}

/** A node that is killed is missed after two seconds; by default it is nine. */
function configOf(id: number, folder: string, voters: string, port: number, controller: number): string[] {
  const log = join(folder, `log-${id}`)
  mkdirSync(log)
  return [
    'process.roles=broker,controller',
    `node.id=${id}`,
    `controller.quorum.voters=${voters}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    `log.dirs=${log}`,
    'broker.session.timeout.ms=2000',
    'broker.heartbeat.interval.ms=500',
    'controller.quorum.election.timeout.ms=500',
    'controller.quorum.fetch.timeout.ms=1000',
    'controller.quorum.election.backoff.max.ms=300',
    'auto.create.topics.enable=false',
    'offsets.topic.num.partitions=3',
    'offsets.topic.replication.factor=3',
    'group.initial.rebalance.delay.ms=0',
    'group.min.session.timeout.ms=1000',
    ''
  ]
}
