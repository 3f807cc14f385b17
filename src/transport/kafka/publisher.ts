import type { PublishReport, RefusalReason, Unread } from '../../core/connection.js'
import { DEFAULT_GUARANTEE, type Message } from '../../core/message.js'
import { type MessageBatch, UniformBatch } from '../../core/message-batch.js'
import { OpenBatch } from '../exchange/open-batch.js'
import type { TopicMetadata } from './api/metadata.js'
import { BatchSender } from './batch-sender.js'
import type { Cluster } from './cluster.js'
import { ERROR } from './error-codes.js'
import { noSuchPartition, topicRefusal } from './publish-refusals.js'
import type { Compression } from './records/compression.js'
import { RetentionNotice } from './retention-notice.js'
import type { TopicCreation } from './topic-creation.js'
import { TopicQueues } from './topic-queues.js'
import type { Topics } from './topics.js'

/** How many messages may be open at once: so many for each partition, within bounds. Few stay in the memory of young objects. */
const PER_PARTITION = 64
const LEAST_OPEN = 2048
const MOST_OPEN = 65_536
/** Batches of lines that may be open at once, at least: two megabytes, of which one is on its way, and one gathers. */
const LEAST_BATCHES = 32
/** Messages of a batch of lines, about: what is open is bounded by messages and bytes before it is by batches. */
const PER_BATCH = 256

/** What a publisher may have besides. */
export interface SendingParts {
  /** Nothing more can be published. */
  readonly onFailed?: ((error: unknown) => void) | undefined
  /** Creates the topics that do not exist; without it, messages for them are refused. */
  readonly creation?: TopicCreation | undefined
  readonly compression?: Compression | undefined
  readonly warn?: ((text: string) => void) | undefined
}

/**
 * Gives each published message its partition, and its result: what the leader of the partition answers. What was not answered is sent again: at
 * least once.
 */
export class Publisher {
  readonly #cluster: Cluster
  readonly #topics: Topics
  readonly #creation: TopicCreation | undefined
  readonly #sender: BatchSender
  readonly #retention: RetentionNotice
  readonly #queues = new Map<string, TopicQueues>()
  readonly #open = new Set<OpenBatch>()
  /** Batches whose messages have no partition yet. */
  readonly #unrouted: OpenBatch[] = []
  /** How many partitions have had messages. */
  #partitions = 0
  #isRouting = false
  #isAbandoned = false
  #drained: (() => void)[] = []
  /** How many messages have a result. */
  settled = 0

  constructor(
    cluster: Cluster,
    topics: Topics,
    { creation, compression, onFailed, warn }: SendingParts = {}
  ) {
    this.#cluster = cluster
    this.#creation = creation
    this.#retention = new RetentionNotice(cluster, warn ?? (() => {}))
    this.#topics = topics
    this.#sender = new BatchSender({
      cluster,
      topics,
      compression,
      queues: () => [...this.#queues.values()].flatMap(({ all }) => all),
      onFailed: onFailed ?? (() => {})
    })
  }

  /** Where messages go to many partitions, a batch of each is worth sending only once more of them wait. */
  get openMessages(): number {
    return Math.min(MOST_OPEN, Math.max(LEAST_OPEN, this.#partitions * PER_PARTITION))
  }

  /** How many batches of lines may be open at once. Half of them hold one line, that which spans two chunks of the input. */
  get openBatches(): number {
    return Math.max(LEAST_BATCHES, this.openMessages / PER_BATCH)
  }

  publish(messages: MessageBatch): Promise<PublishReport> {
    const open = new OpenBatch(messages, this.#settle)
    if (open.left === 0) return open.report
    this.#open.add(open)
    if (this.#isAbandoned) open.giveUp(open.left)
    else {
      this.#unrouted.push(open)
      void this.#route()
    }
    return open.report
  }

  /** Resolves once every message has a result, and what has to be told of them is told. */
  async drained(): Promise<void> {
    if (this.#open.size > 0)
      await new Promise<void>((resolve) => {
        this.#drained.push(resolve)
      })
    await this.#retention.settled()
  }

  /** As `BrokerConnection.confirmRead`. */
  confirmRead(): Promise<Unread> {
    return this.#sender.confirmRead()
  }

  /** Every open report resolves with its true counts, and so does whatever is published from now on. */
  abandon(): void {
    this.#isAbandoned = true
    this.#sender.stop()
    this.#unrouted.length = 0
    for (const open of this.#open) open.giveUp(open.left)
    this.#open.clear()
    for (const resolve of this.#drained.splice(0)) resolve()
  }

  readonly #settle = (open: OpenBatch, count: number): void => {
    this.settled += count
    if (open.left > 0) return
    this.#open.delete(open)
    if (this.#open.size === 0) for (const resolve of this.#drained.splice(0)) resolve()
  }

  /** Gives each message its partition, in order. Waits only for topics that are not known yet. */
  async #route(): Promise<void> {
    if (this.#isRouting) return
    this.#isRouting = true
    try {
      for (let open = this.#unrouted.shift(); open !== undefined; open = this.#unrouted.shift())
        await this.#routeBatch(open)
    } catch (error) {
      // `abandon` settles what is open.
      this.#sender.judgeFailure(error)
    } finally {
      this.#isRouting = false
    }
  }

  async #routeBatch(open: OpenBatch): Promise<void> {
    const now = Date.now()
    const { messages } = open
    let topic: TopicMetadata | undefined
    let refused: RefusalReason | undefined
    for (let index = 0; index < messages.length; index++) {
      if (this.#isAbandoned) return
      const message = messages.at(index) as Message
      const { channel } = message
      if (topic?.topic !== channel) {
        topic = this.#topics.known(channel) ?? (await this.#topics.load(channel))
        const isGood = topic.error === ERROR.none && topic.partitions.length > 0
        refused = isGood ? undefined : topicRefusal(topic.error, channel, this.#cluster.asker)
        if (isGood) this.#creation?.compare(topic)
        if (topic.error === ERROR.unknownTopicOrPartition && this.#creation !== undefined) {
          const created = await this.#creation.create(channel)
          topic = created.topic ?? topic
          refused = created.refused
        }
      }
      if (refused !== undefined) open.refuse(index, refused)
      else index = this.#append(open, index, message, topic, now)
    }
    this.#sender.schedule()
  }

  /** Gives a message its partition, and those behind it that can only go there, too. Returns the index of the last one. */
  #append(
    open: OpenBatch,
    index: number,
    message: Message,
    { partitions }: TopicMetadata,
    now: number
  ): number {
    const { channel, guarantee = DEFAULT_GUARANTEE, sourceTime } = message
    if (sourceTime !== undefined) this.#retention.note(channel, sourceTime, now)
    const { messages } = open
    const queues = this.#queuesOf(channel)
    const partition = queues.partitioner.choose(message, partitions, queues.hasRoom)
    if (partition < 0 || partition >= partitions.length)
      open.refuse(index, noSuchPartition(partition, partitions.length))
    else if (messages instanceof UniformBatch)
      return queues.of(partition).appendUniform(open, messages, index, message, guarantee, now) - 1
    else queues.of(partition).append(open, index, message, guarantee, now)
    return index
  }

  #queuesOf(topic: string): TopicQueues {
    let queues = this.#queues.get(topic)
    if (queues === undefined) {
      queues = new TopicQueues(topic, () => this.#partitions++)
      this.#queues.set(topic, queues)
    }
    return queues
  }
}
