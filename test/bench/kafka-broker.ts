import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Kafka } from 'kafkajs'
import { type BrokerProcess, freePorts, startBrokerProcess } from '../support/broker-process.js'
import { kafkaProgram, withMegabytes } from '../support/kafka-programs.js'
import { countWritten } from './kafka-ends.js'
import { startSlowWay } from './slow-way.js'

/** A topic with as many partitions, and with what its configuration has besides. */
export interface BenchTopic {
  readonly topic: string
  readonly partitions: number
  readonly config?: Readonly<Record<string, string>>
}

/** A Kafka of one node, without TLS and passwords. */
export interface BenchKafka {
  /** As kcat names it: HOST:PORT. */
  readonly servers: string
  /** The same broker, which takes 64 KiB of a client in 20 ms. */
  readonly slowServers: string
  /** Creates topics. Resolves once they can be written to. */
  create(topics: readonly BenchTopic[]): Promise<void>
  /** How many messages have ever been written to topics. */
  written(topics: readonly BenchTopic[]): Promise<number>
  stop(): Promise<void>
}

const CLUSTER = 'dGlkaW5ncy1iZW5jaC0tMQ'
/** Topics in one request for new ones. */
const AT_ONCE = 500
/** With 384, a broker of 4,000 topics answered no more. */
const MEGABYTES = 1500
/** Milliseconds between two questions to the broker whether topics can be written to. */
const FIRST_WAIT = 50
const LONGEST_WAIT = 5000

/** Starts it from the jars that `.ci/kafka/fetch` has fetched. */
export async function startBenchKafka(): Promise<BenchKafka> {
  const folder = mkdtempSync('/tmp/tidings-bench-kafka-')
  const [plain = 0, slowlyReached = 0, controller = 0] = await freePorts(3)
  const slow = await startSlowWay(slowlyReached)
  const servers = `127.0.0.1:${plain}`
  const admin = new Kafka({ brokers: [servers], logLevel: 0, requestTimeout: 120_000 }).admin()
  let broker: BrokerProcess | undefined
  const stop = async () => {
    await admin.disconnect()
    await slow.close()
    // What it has stored is thrown away.
    await broker?.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const properties = join(folder, 'server.properties')
    writeFileSync(
      properties,
      [
        ...listenersOf({ plain, controller, slow: [slowlyReached, slow.port] }),
        `log.dirs=${join(folder, 'log')}`,
        ...CONFIG,
        ''
      ].join('\n')
    )
    const format = ['format', '--cluster-id', CLUSTER, '--config', properties]
    const { program, args } = kafkaProgram('kafka.tools.StorageTool', ...format)
    execFileSync(program, args, { stdio: 'pipe' })
    const server = withMegabytes(kafkaProgram('kafka.Kafka', properties), MEGABYTES)
    broker = await startBrokerProcess(server, 'Kafka Server started')
    await admin.connect()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    servers,
    slowServers: `127.0.0.1:${slow.port}`,
    async create(topics) {
      for (let at = 0; at < topics.length; at += AT_ONCE)
        await admin.createTopics({
          waitForLeaders: false,
          timeout: 100_000,
          topics: topics.slice(at, at + AT_ONCE).map(({ topic, partitions, config = {} }) => ({
            topic,
            numPartitions: partitions,
            replicationFactor: 1,
            configEntries: Object.entries(config).map(([name, value]) => ({ name, value }))
          }))
        })
      // Less and less often: the broker that answers for ten thousand topics does not create them meanwhile.
      for (let wait = FIRST_WAIT; (await countWritten(servers, topics)) === undefined; wait *= 2)
        await pause(Math.min(wait, LONGEST_WAIT))
    },
    async written(topics) {
      const count = await countWritten(servers, topics)
      if (count === undefined) throw new Error('the broker does not lead each partition any more')
      return count
    },
    stop
  }
}

/** A client goes on to the address that the broker tells at the same listener: at the slow one, that of the slow way. */
function listenersOf(ports: {
  plain: number
  controller: number
  slow: readonly [reached: number, told: number]
}): string[] {
  const [reached, told] = ports.slow
  return [
    `controller.quorum.voters=1@127.0.0.1:${ports.controller}`,
    `listeners=PLAIN://127.0.0.1:${ports.plain},SLOW://127.0.0.1:${reached},CONTROLLER://127.0.0.1:${ports.controller}`,
    `advertised.listeners=PLAIN://127.0.0.1:${ports.plain},SLOW://127.0.0.1:${told}`,
    'listener.security.protocol.map=PLAIN:PLAINTEXT,SLOW:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name=PLAIN',
    'controller.listener.names=CONTROLLER'
  ]
}

/** Thousands of partitions are measured: the index of each takes little. */
const CONFIG = [
  'process.roles=broker,controller',
  'node.id=1',
  'auto.create.topics.enable=false',
  'offsets.topic.num.partitions=1',
  'offsets.topic.replication.factor=1',
  'log.index.size.max.bytes=65536',
  'log.segment.bytes=67108864',
  'log.retention.check.interval.ms=2000',
  'log.segment.delete.delay.ms=1000'
]
