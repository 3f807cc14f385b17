import { type ITopicConfig, Kafka } from 'kafkajs'
import { afterAll, beforeAll, inject } from 'vitest'
import type { SaslName } from '../../src/transport/kafka/kafka-url.js'
import { type KafkaAddress, PASSWORDS } from './kafka-node.js'
import { askForBroker } from './shared-broker.js'

/** How many topics the tests of this process have. */
let topics = 0

/** A running Kafka as tests use it. What they ask and do beside tidings goes through another client. */
export class KafkaSite {
  readonly address: KafkaAddress
  readonly client: Kafka
  readonly #admin: ReturnType<Kafka['admin']>

  constructor(address: KafkaAddress) {
    this.address = address
    this.client = new Kafka({ brokers: [`127.0.0.1:${address.ports.plain}`], logLevel: 0 })
    this.#admin = this.client.admin()
  }

  get admin(): ReturnType<Kafka['admin']> {
    return this.#admin
  }

  /** Everybody may do everything here. */
  get url(): string {
    return `kafka://127.0.0.1:${this.address.ports.plain}`
  }

  /** With TLS. The certificate is for localhost and 127.0.0.1. */
  get secureUrl(): string {
    return `kafkas://127.0.0.1:${this.address.ports.tls}`
  }

  /** With a password: `ann` may do everything, `bob` nothing, and `carol` what a test allows. */
  urlFor(user: keyof typeof PASSWORDS, sasl: SaslName, password: string = PASSWORDS[user]): string {
    return `kafka://${user}:${encodeURIComponent(password)}@127.0.0.1:${this.address.ports.password}?sasl=${sasl}`
  }

  /** A name that no other test has. */
  newName(what = 'topic'): string {
    return `${what}.${process.pid}.${++topics}`
  }

  /** Creates a topic of a name of its own, or of this name. */
  async newTopic(
    partitions = 1,
    config: Readonly<Record<string, string>> = {},
    topic = this.newName()
  ): Promise<string> {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
    await this.#create([{ topic, numPartitions: partitions, replicationFactor: 1, configEntries }])
    return topic
  }

  /** Creates those topics that are not there yet, with one partition each. */
  async createTopics(topics: readonly string[]): Promise<void> {
    await this.#create(topics.map((topic) => ({ topic, numPartitions: 1, replicationFactor: 1 })))
  }

  /** Resolves once the broker knows the topics: they are created by the controller, from which the broker hears of them. */
  async #create(topics: ITopicConfig[]): Promise<void> {
    await this.#admin.createTopics({ waitForLeaders: false, topics })
    for (let left = topics; left.length > 0; ) {
      const known = new Set(await this.#admin.listTopics())
      left = left.filter(({ topic }) => !known.has(topic))
    }
  }

  async connect(): Promise<void> {
    await this.#admin.connect()
  }

  async disconnect(): Promise<void> {
    await this.#admin.disconnect()
  }
}

/**
 * Gives the tests of a file the Kafka of this run, which the first such file starts (`kafka-setup`). To be called where tests are described.
 * Whoever changes the broker itself starts another with `startKafkaNode`.
 */
export function useKafka(): () => KafkaSite {
  let site: KafkaSite | undefined
  beforeAll(async () => {
    site = new KafkaSite(await askForBroker<KafkaAddress>(inject('kafkaStarter')))
    await site.connect()
  })
  afterAll(() => site?.disconnect())
  return () => {
    if (site === undefined) throw new Error('Kafka runs only while tests do')
    return site
  }
}
