import type { Unread } from '../../core/connection.js'
import { DEFAULT_GUARANTEE } from '../../core/message.js'
import { produce } from './api/produce.js'
import type { Cluster } from './cluster.js'
import { ERROR, errorWords } from './error-codes.js'
import { groupBy } from './group-by.js'
import { LooseSending } from './loose-sending.js'
import type { Asker } from './missing-right.js'
import { LostNodeError, type NodeConnection } from './node-connection.js'
import type { PartitionQueue } from './partition-queue.js'
import { NoIdentityError, ProducerIdentityHolder } from './producer-identity.js'
import { topicRefusal } from './publish-refusals.js'
import type { Compression } from './records/compression.js'
import {
  divideLarge,
  isTooLarge,
  type Outgoing,
  publishTo,
  refuseAll,
  returnUnsent,
  settleBatch
} from './settle-batch.js'
import { SizeLimits } from './size-limits.js'
import type { Topics } from './topics.js'

/** Milliseconds that a broker may wait for the other replicas. A publisher gives up after 30 seconds without an answer. */
const REPLICA_TIME = 15_000
/** Bytes of batches in one request; a broker takes 100 MiB unless it is configured otherwise. */
const LARGEST_REQUEST = 16_000_000
/** Bytes of a batch with QoS 0 that every topic is expected to take: what is published now and then costs no question. */
const SMALL = 1000

/** What a sender needs. */
export interface SenderWorld {
  readonly cluster: Cluster
  readonly topics: Topics
  readonly compression: Compression | undefined
  /** The queues whose batches are sent. */
  queues(): Iterable<PartitionQueue>
  /** Nothing more can be published. */
  onFailed(error: unknown): void
}

/** Sends the batches that wait to the leaders of their partitions, and sends again what was not answered. */
export class BatchSender {
  readonly #world: SenderWorld
  readonly #identity: ProducerIdentityHolder
  readonly #loose: LooseSending
  readonly #limits: SizeLimits
  #isScheduled = false
  #isStopped = false

  constructor(world: SenderWorld) {
    this.#world = world
    this.#identity = new ProducerIdentityHolder(world.cluster)
    this.#loose = new LooseSending(world.cluster)
    this.#limits = new SizeLimits(world.cluster)
  }

  /** Sends what waits once the messages of this turn have gathered. */
  schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      this.#pump()
    })
  }

  /** Sends nothing more. */
  stop(): void {
    this.#isStopped = true
  }

  /** As `BrokerConnection.confirmRead`. */
  confirmRead(): Promise<Unread> {
    return this.#loose.confirmRead()
  }

  /** A bug, or an answer that no broker may give, ends the connection. That the cluster has ended, its own end says. */
  judgeFailure(error: unknown): void {
    const { cluster, onFailed } = this.#world
    if (!(error instanceof LostNodeError || cluster.signal.aborted)) onFailed(error)
  }

  /** Sends one batch of each partition that has none on its way, those of one leader and one guarantee together. */
  #pump(): void {
    const { cluster, topics } = this.#world
    // Trying again at a cluster that has ended would never wait, so that nothing else could happen.
    if (this.#isStopped || cluster.signal.aborted) return
    const due: (Outgoing & { readonly leader: number })[] = []
    let isLeaderless = false
    for (const queue of this.#world.queues()) {
      const [batch] = queue.waiting
      if (batch === undefined || queue.sending !== undefined) continue
      const leader = topics.leader(queue.topic, queue.partition)
      if (leader >= 0) {
        queue.waiting.shift()
        queue.sending = batch
        due.push({ leader, queue, batch })
      } else if (topics.known(queue.topic) === undefined) refuseWaiting(queue, cluster.asker)
      else {
        cluster.troubles.met(publishTo(queue), errorWords(ERROR.leaderNotAvailable))
        isLeaderless = true
      }
    }
    for (const round of groupBy(due, ({ leader, batch }) => `${leader} ${batch.guarantee}`).values())
      void this.#sendRound(round)
    if (isLeaderless) void this.#lookAgain()
  }

  /** Looks at the cluster anew, and sends what waits. */
  async #lookAgain(): Promise<void> {
    await this.#world.topics.refresh()
    this.#pump()
  }

  /** Sends batches that have the same leader and the same guarantee. */
  async #sendRound(round: readonly (Outgoing & { readonly leader: number })[]): Promise<void> {
    try {
      const node = await this.#world.cluster.node(round[0]?.leader ?? -1, 'produce')
      await Promise.all(requestsOf(round).map((part) => this.#sendPart(node, part)))
    } catch (error) {
      await this.#returnAll(round, error)
    }
  }

  async #sendPart(node: NodeConnection, part: readonly Outgoing[]): Promise<void> {
    try {
      const isOutdated = await this.#send(node, part)
      if (isOutdated) await this.#lookAgain()
      else this.#pump()
    } catch (error) {
      for (const { batch } of part) batch.losses++
      await this.#returnAll(part, error)
    }
  }

  /** What was not sent, or not answered, waits again. */
  async #returnAll(part: readonly Outgoing[], error: unknown): Promise<void> {
    if (error instanceof NoIdentityError) {
      for (const { queue, batch } of part) {
        queue.sending = undefined
        refuseAll(batch, () => error.refused)
      }
      this.#pump()
      return
    }
    for (const each of part) returnUnsent(each)
    if (error instanceof LostNodeError) await this.#lookAgain()
    else this.judgeFailure(error)
  }

  /** Sends one request, and settles its batches. Returns whether the cluster has to be looked at anew. */
  async #send(node: NodeConnection, part: readonly Outgoing[]): Promise<boolean> {
    const { cluster, compression } = this.#world
    const guarantee = part[0]?.batch.guarantee ?? DEFAULT_GUARANTEE
    const identity = guarantee === 2 ? await this.#identity.get() : undefined
    const sealed = part.map((each) => ({
      ...each,
      records: each.queue.seal(each.batch, identity, compression)
    }))
    if (guarantee === 0) {
      await this.#sendLoosely(node, sealed)
      return false
    }
    const topics = sealed.map(partitionOf)
    const answers = await node.request(produce, { acks: -1, timeout: REPLICA_TIME, topics }, REPLICA_TIME)
    const found = new Map(
      answers.flatMap(({ topic, partitions }) =>
        partitions.map((each) => [`${each.partition} ${topic}`, each])
      )
    )
    const world = { cluster, identity: this.#identity }
    let isOutdated = false
    for (const each of part) {
      const answer = found.get(`${each.queue.partition} ${each.queue.topic}`)
      if (answer === undefined) throw new LostNodeError('the broker did not answer for each partition')
      if (isTooLarge(answer.error)) await this.#limit(each.queue)
      isOutdated = settleBatch(each, answer, world) || isOutdated
    }
    return isOutdated
  }

  /** Bytes of a batch that the queue's topic takes. The next batches of the queue get no more. */
  async #limit(queue: PartitionQueue): Promise<number> {
    const limit = await this.#limits.of(queue.topic)
    queue.limitTo(limit)
    return limit
  }

  /** Sends batches that no broker answers. One that its topic would not take would take all others with it. */
  async #sendLoosely(node: NodeConnection, part: readonly Sealed[]): Promise<void> {
    const fitting: Sealed[] = []
    for (const each of part) {
      const { length } = each.records
      if (length <= SMALL || length <= (await this.#limit(each.queue))) fitting.push(each)
      else divideLarge(each, this.#world.cluster.asker)
    }
    if (fitting.length === 0) return
    const runs = fitting.flatMap(({ batch }) => batch.runs)
    await this.#loose.send(node, { acks: 0, timeout: REPLICA_TIME, topics: fitting.map(partitionOf) }, runs)
    for (const { queue } of fitting) queue.sending = undefined
  }
}

/** A batch on its way, as it is sent. */
interface Sealed extends Outgoing {
  readonly records: Buffer
}

const partitionOf = ({ queue, records }: Sealed) => ({
  topic: queue.topic,
  partitions: [{ partition: queue.partition, records }]
})

/** Divides batches into requests that are not too large. */
function requestsOf(round: readonly Outgoing[]): Outgoing[][] {
  let part: Outgoing[] = []
  let size = 0
  const parts = [part]
  for (const outgoing of round) {
    // After a loss a batch goes alone: the broker may take less in one request than it does by default.
    const own = outgoing.batch.losses > 0 ? LARGEST_REQUEST : outgoing.batch.records.size
    if (size > 0 && size + own > LARGEST_REQUEST) {
      part = []
      size = 0
      parts.push(part)
    }
    part.push(outgoing)
    size += own
  }
  return parts
}

/** The topic was deleted. */
function refuseWaiting(queue: PartitionQueue, asker: Asker): void {
  for (const batch of queue.waiting.splice(0))
    refuseAll(batch, () => topicRefusal(ERROR.unknownTopicOrPartition, queue.topic, asker))
}
