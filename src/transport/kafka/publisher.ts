import type { PublishReport, RefusalReason, Unread } from '../../core/connection.js'
import { DEFAULT_GUARANTEE, type Message } from '../../core/message.js'
import { type MessageBatch, UniformBatch } from '../../core/message-batch.js'
import { sinceBoot } from '../clock/since-boot.js'
import { OpenBatch } from '../exchange/open-batch.js'
import type { TopicMetadata } from './api/metadata.js'
import { type ProducedPartition, produce } from './api/produce.js'
import type { Cluster } from './cluster.js'
import { ERROR, isPassing } from './error-codes.js'
import { LooseSending } from './loose-sending.js'
import { LostNodeError, type NodeConnection } from './node-connection.js'
import type { PartitionQueue, PendingBatch } from './partition-queue.js'
import { ProducerIdentityHolder } from './producer-identity.js'
import { noSuchPartition, refusal, topicRefusal } from './publish-refusals.js'
import type { Compression } from './records/compression.js'
import type { TopicCreation } from './topic-creation.js'
import { TopicQueues } from './topic-queues.js'
import type { Topics } from './topics.js'

/** Milliseconds for which brokers may say that they cannot take a batch at present, before that counts as a refusal. */
const PATIENCE = 10_000
/** Milliseconds that a broker may wait for the other replicas. */
const REPLICA_TIME = 20_000
/** Bytes of batches in one request; a broker takes 100 MiB unless it is configured otherwise. */
const LARGEST_REQUEST = 16_000_000

/** A batch on its way, with the queue that it came from. */
interface Sending {
  readonly queue: PartitionQueue
  readonly batch: PendingBatch
}

/** What a publisher may have besides. */
export interface SendingParts {
  /** Creates the topics that do not exist; without it, messages for them are refused. */
  readonly creation?: TopicCreation | undefined
  readonly compression?: Compression | undefined
}

/** Settles each published message by what the leader of its partition answers. What was not answered is sent again: at least once. */
export class Publisher {
  readonly #cluster: Cluster
  readonly #topics: Topics
  readonly #creation: TopicCreation | undefined
  readonly #compression: Compression | undefined
  readonly #identity: ProducerIdentityHolder
  readonly #loose = new LooseSending()
  readonly #queues = new Map<string, TopicQueues>()
  readonly #open = new Set<OpenBatch>()
  /** Batches whose messages have no partition yet. */
  readonly #unrouted: OpenBatch[] = []
  #isRouting = false
  #isScheduled = false
  #isAbandoned = false
  #drained: (() => void)[] = []
  /** How many messages have a result. */
  settled = 0

  constructor(cluster: Cluster, topics: Topics, { creation, compression }: SendingParts = {}) {
    this.#creation = creation
    this.#compression = compression
    this.#cluster = cluster
    this.#topics = topics
    this.#identity = new ProducerIdentityHolder(cluster)
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

  /** Resolves once every message has a result. */
  drained(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#drained.push(resolve)
    })
  }

  /** As `BrokerConnection.confirmRead`. */
  confirmRead(): Promise<Unread> {
    return this.#loose.confirmRead()
  }

  /** Every open report resolves with its true counts, and so does whatever is published from now on. */
  abandon(): void {
    this.#isAbandoned = true
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
      // The cluster has ended, and `abandon` settles what is open.
      if (!(error instanceof LostNodeError || this.#cluster.signal.aborted)) throw error
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
        refused = isGood ? undefined : topicRefusal(topic.error, channel)
        if (topic.error === ERROR.unknownTopicOrPartition && this.#creation !== undefined) {
          const created = await this.#creation.create(channel)
          topic = created.topic ?? topic
          refused = created.refused
        }
      }
      if (refused !== undefined) open.refuse(index, refused)
      else index = this.#append(open, index, message, topic, now)
    }
    this.#schedule()
  }

  /** Gives a message its partition, and those behind it that can only go there, too. Returns the index of the last one. */
  #append(
    open: OpenBatch,
    index: number,
    message: Message,
    { partitions }: TopicMetadata,
    now: number
  ): number {
    const { channel, guarantee = DEFAULT_GUARANTEE } = message
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
      queues = new TopicQueues(topic)
      this.#queues.set(topic, queues)
    }
    return queues
  }

  /** Sends what waits once the messages of this turn have gathered. */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      this.#pump()
    })
  }

  /** Sends one batch of each partition that has none on its way, those of one leader and one guarantee together. */
  #pump(): void {
    // Trying again at a cluster that has ended would never wait, so that nothing else could happen.
    if (this.#isAbandoned || this.#cluster.signal.aborted) return
    const rounds = new Map<string, Sending[]>()
    let isLeaderless = false
    for (const queue of [...this.#queues.values()].flatMap(({ all }) => all)) {
      const [batch] = queue.waiting
      if (batch === undefined || queue.sending !== undefined) continue
      const leader = this.#topics.leader(queue.topic, queue.partition)
      if (leader < 0) {
        isLeaderless = true
        continue
      }
      queue.waiting.shift()
      queue.sending = batch
      const name = `${leader} ${batch.guarantee}`
      rounds.set(name, [...(rounds.get(name) ?? []), { queue, batch }])
    }
    for (const [name, round] of rounds) void this.#sendRound(Number(name.split(' ')[0]), round)
    if (isLeaderless) void this.#lookAgain()
  }

  /** Looks at the cluster anew, and sends what waits. */
  async #lookAgain(): Promise<void> {
    await this.#topics.refresh()
    this.#pump()
  }

  async #sendRound(leader: number, round: readonly Sending[]): Promise<void> {
    try {
      const node = await this.#cluster.node(leader, 'produce')
      let part: Sending[] = []
      let size = 0
      const parts = [part]
      for (const sending of round) {
        if (size > 0 && size + sending.batch.records.size > LARGEST_REQUEST) {
          part = []
          size = 0
          parts.push(part)
        }
        part.push(sending)
        size += sending.batch.records.size
      }
      await Promise.all(parts.map((each) => this.#send(node, each)))
    } catch (error) {
      if (!(error instanceof LostNodeError)) throw error
      for (const sending of round) this.#returnUnsent(sending)
      if (!this.#isAbandoned) await this.#lookAgain()
    }
  }

  async #send(node: NodeConnection, part: readonly Sending[]): Promise<void> {
    const guarantee = part[0]?.batch.guarantee ?? DEFAULT_GUARANTEE
    const identity = guarantee === 2 ? await this.#identity.get() : undefined
    const topics = part.map(({ queue, batch }) => ({
      topic: queue.topic,
      partitions: [{ partition: queue.partition, records: queue.seal(batch, identity, this.#compression) }]
    }))
    if (guarantee === 0) {
      await this.#loose.send(
        node,
        { acks: 0, timeout: REPLICA_TIME, topics },
        part.flatMap(({ batch }) => batch.runs)
      )
      for (const { queue } of part) queue.sending = undefined
      this.#pump()
      return
    }
    const answers = await node.request(produce, { acks: -1, timeout: REPLICA_TIME, topics }, REPLICA_TIME)
    const found = new Map(
      answers.flatMap(({ topic, partitions }) =>
        partitions.map((each) => [`${each.partition} ${topic}`, each])
      )
    )
    let isOutdated = false
    for (const sending of part) {
      const { queue } = sending
      const answer = found.get(`${queue.partition} ${queue.topic}`)
      if (answer === undefined) throw new LostNodeError('the broker did not answer for each partition')
      isOutdated = this.#take(sending, answer) || isOutdated
    }
    if (isOutdated) await this.#lookAgain()
    else this.#pump()
  }

  /** Settles a batch by its answer. Returns whether the cluster has to be looked at anew. */
  #take({ queue, batch }: Sending, { error, message, records }: ProducedPartition): boolean {
    queue.sending = undefined
    const now = Date.now()
    if (error === ERROR.none || error === ERROR.duplicateSequence) {
      for (const { open, count } of batch.runs) open.acknowledge(count)
      batch.records.release()
      return false
    }
    if (isPassing(error)) {
      batch.troubledSince ??= sinceBoot()
      const isOver = isShortage(error) && sinceBoot() - batch.troubledSince > PATIENCE
      if (!isOver) {
        queue.waiting.unshift(batch)
        return true
      }
    }
    const { count } = batch.records
    queue.forgetSequence(batch)
    if (isTooLarge(error) && count > 1) {
      queue.putBack(batch.runs, batch.guarantee, now, Math.ceil(count / 2))
      return false
    }
    if (isForgotten(error)) {
      this.#identity.renew()
      queue.putBack(batch.runs, batch.guarantee, now)
      return true
    }
    const wrong = new Map(records.map((each) => [each.index, each.message]))
    if (wrong.size === 0 || wrong.size === count) this.#refuseAll(batch, error, message, wrong)
    else this.#refuseSome(queue, batch, error, wrong)
    return false
  }

  #refuseAll(
    { runs }: PendingBatch,
    error: number,
    message: string | null,
    wrong: ReadonlyMap<number, string | null>
  ): void {
    let at = 0
    for (const { open, index, count } of runs)
      for (let each = index; each < index + count; each++)
        open.refuse(each, refusal(error, wrong.get(at++) ?? message))
  }

  /** The broker has named the records that it does not take, and has taken none: the others are sent again. */
  #refuseSome(
    queue: PartitionQueue,
    { runs, guarantee }: PendingBatch,
    error: number,
    wrong: ReadonlyMap<number, string | null>
  ): void {
    let at = 0
    const others = []
    for (const { open, index, count } of runs)
      for (let each = index; each < index + count; each++, at++)
        if (wrong.has(at)) open.refuse(each, refusal(error, wrong.get(at)))
        else others.push({ open, index: each, count: 1 })
    queue.putBack(others, guarantee, Date.now())
  }

  /** The network took the batch away, or never had it. A message of QoS 0 is sent at most once, and was given up. */
  #returnUnsent({ queue, batch }: Sending): void {
    if (queue.sending !== batch) return
    queue.sending = undefined
    if (batch.guarantee !== 0) queue.waiting.unshift(batch)
    else if (batch.sealed === undefined) queue.waiting.unshift(batch)
  }
}

const isTooLarge = (error: number): boolean =>
  error === ERROR.messageTooLarge || error === ERROR.recordListTooLarge

const isShortage = (error: number): boolean =>
  error === ERROR.notEnoughReplicas ||
  error === ERROR.notEnoughReplicasAfterAppend ||
  error === ERROR.kafkaStorageError

/** The broker does not know the producer any more, or not its last batch. */
const isForgotten = (error: number): boolean =>
  error === ERROR.outOfOrderSequence || error === ERROR.unknownProducerId
