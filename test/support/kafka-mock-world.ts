import { Kafka } from 'kafkajs'
import type { TestContext } from 'vitest'
import type { BrokerConnection, HistoryPosition } from '../../src/core/connection.js'
import { connectionOptions, Notices, Received } from './connection-options.js'
import { KafkaMock } from './kafka-mock.js'
import { openConnection } from './open-connection.js'

/** A mock of Kafka for one test, and connections to it. All end with the test. */
export class KafkaMockWorld {
  readonly mock: KafkaMock
  readonly #context: TestContext

  private constructor(mock: KafkaMock, context: TestContext) {
    this.mock = mock
    this.#context = context
  }

  /** @param program what `compileKafkaMock` gives */
  static async start(program: string, context: TestContext, brokers = 1): Promise<KafkaMockWorld> {
    const mock = await KafkaMock.start(program, brokers)
    context.onTestFinished(() => mock.stop())
    return new KafkaMockWorld(mock, context)
  }

  async connect(): Promise<{ connection: BrokerConnection; notices: Notices }> {
    const notices = new Notices()
    const connection = await openConnection(connectionOptions(this.mock.url, { onNotice: notices.take }))
    this.#context.onTestFinished(() => connection.close())
    return { connection, notices }
  }

  /** Subscribes with a connection of its own. */
  async subscribe(topic: string, from: HistoryPosition, group?: string) {
    const received = new Received()
    const { connection, notices } = await this.connect()
    const subscription = {
      pattern: topic,
      guarantee: 1,
      from,
      ...(group !== undefined && { group })
    } as const
    const grants = await connection.subscribe([subscription], received.take)
    return { connection, notices, received, grants }
  }

  /** How many messages of a topic a group has committed; another client asks. */
  async committed(groupId: string, topic: string): Promise<number> {
    const brokers = this.mock.url.slice('kafka://'.length).split(',')
    const admin = new Kafka({ brokers, logLevel: 0 }).admin()
    await admin.connect()
    const found = await admin.fetchOffsets({ groupId, topics: [topic] })
    await admin.disconnect()
    const offsets = found.flatMap(({ partitions }) => partitions.map(({ offset }) => Number(offset)))
    return offsets.reduce((sum, offset) => sum + Math.max(0, offset), 0)
  }

  /** What is in a topic, each partition in its order. */
  async readAll(topic: string): Promise<string[]> {
    const received = new Received()
    const { connection } = await this.connect()
    const [grant] = await connection.subscribe(
      [{ pattern: topic, guarantee: 1, from: 'beginning', untilEnd: true }],
      received.take
    )
    await grant?.end
    return received.texts
  }
}
