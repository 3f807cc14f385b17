import type { Message } from '../../core/message.js'
import type { Cluster } from './cluster.js'
import type { Delivery } from './delivery.js'
import { EarliestFirst } from './earliest-first.js'
import { ERROR, errorWords, isPassing, UNKNOWN } from './error-codes.js'
import { type FetchedOfTopic, fetchFrom } from './fetch-from.js'
import type { FetchingEvents } from './fetching.js'
import { groupBy } from './group-by.js'
import { MergeSource } from './merge-source.js'
import { nameOf, placeOf } from './partition-name.js'
import type { ReadPartition } from './read-partition.js'
import type { Topics } from './topics.js'
import type { UnreadableRecords } from './unreadable-records.js'

/** Bytes of records that wait in memory, of all partitions together, about. */
const MEMORY = 16 * 1024 * 1024
/** Bytes of one partition. Less would cost too many requests. */
const SMALLEST_SHARE = 8 * 1024
const LARGEST_SHARE = 1024 * 1024
/** A batch of Kafka's usual greatest size. */
const WHOLE_BATCH = 1_100_000
const LARGEST_ANSWER = 8 * 1024 * 1024
/** Messages that a receiver gets at once, at most. */
const MOST = 1000

export interface MergeParts {
  readonly cluster: Cluster
  readonly topics: Topics
  readonly delivery: Delivery
  readonly unreadable: UnreadableRecords
  readonly events: Pick<FetchingEvents, 'onOutOfRange' | 'onRefused'>
}

/**
 * Hands over what partitions held at the start, in the order of its source times. The order of each partition stays as it is. Resolves once
 * all of it was taken, or nothing more is.
 */
export async function mergeHistory(reads: readonly ReadPartition[], parts: MergeParts): Promise<void> {
  const share = Math.min(LARGEST_SHARE, Math.max(SMALLEST_SHARE, Math.floor(MEMORY / reads.length)))
  const sources = reads.map((read, place) => new MergeSource(read, place, share, parts.unreadable))
  await new Merging(sources, share, parts).run()
}

class Merging {
  readonly #sources: readonly MergeSource[]
  readonly #byName: ReadonlyMap<string, MergeSource>
  readonly #share: number
  readonly #parts: MergeParts
  readonly #heads = new EarliestFirst<MergeSource>()
  /** Those whose next message has not come yet. Nothing is earlier for sure than what they may have. */
  readonly #waiting: Set<MergeSource>

  constructor(sources: readonly MergeSource[], share: number, parts: MergeParts) {
    this.#sources = sources
    this.#byName = new Map(sources.map((source) => [nameOf(source.read), source]))
    this.#share = share
    this.#parts = parts
    this.#waiting = new Set(sources)
  }

  get #isOver(): boolean {
    return this.#parts.delivery.isStopped || this.#parts.cluster.signal.aborted
  }

  async run(): Promise<void> {
    while (!this.#isOver) {
      await this.#openWaiting()
      if (this.#waiting.size > 0) await this.#fetch()
      else if (this.#heads.size > 0) await this.#handOver()
      else return
    }
  }

  async #openWaiting(): Promise<void> {
    const { delivery } = this.#parts
    for (const source of this.#waiting) {
      if (await source.open()) this.#heads.push(source)
      else if (!source.isFinished) continue
      else delivery.finish(source.read)
      this.#waiting.delete(source)
    }
  }

  /** Hands over the earliest messages, until the next one of a source has to come first. */
  async #handOver(): Promise<void> {
    const { delivery } = this.#parts
    const messages: Message[] = []
    const reads: ReadPartition[] = []
    const time = delivery.now()
    for (let source = this.#heads.first; source !== undefined; source = this.#heads.first) {
      const { head, read } = source
      if (head !== undefined && !read.isOver) {
        head.time = time
        messages.push(head)
        reads.push(read)
      }
      if (source.step() || (await source.open())) this.#heads.settle()
      else {
        this.#heads.pop()
        this.#waiting.add(source)
        break
      }
      if (messages.length >= MOST) break
    }
    await delivery.takeMerged(messages, reads)
  }

  /** Asks for what those need that wait, and for what others will need soon. */
  async #fetch(): Promise<void> {
    const { cluster, topics } = this.#parts
    const hungry = this.#sources.filter((source) => source.isHungry && !this.#waiting.has(source))
    const byLeader = groupBy([...this.#waiting, ...hungry], ({ read }) =>
      topics.leader(read.topic, read.partition)
    )
    const limits = { wait: 0, bytes: LARGEST_ANSWER, partBytes: this.#share }
    const moved = await Promise.all(
      [...byLeader].map(async ([leader, sources]) => {
        const wishes = sources.map(({ read: { topic, partition, position }, isCut }) => ({
          topic,
          partition,
          position,
          // A batch comes whole, or it is of no use. What of it is too much is not kept.
          partBytes: isCut ? WHOLE_BATCH : undefined
        }))
        const answered = leader < 0 ? undefined : await fetchFrom(leader, wishes, limits, cluster)
        return answered !== undefined && (await this.#feed(answered.parts))
      })
    )
    if (moved.includes(true) || this.#isOver) return
    await topics.refresh()
    for (const { read } of this.#waiting)
      if (topics.known(read.topic) === undefined)
        this.#parts.events.onRefused(read, ERROR.unknownTopicOrPartition)
  }

  /** Returns whether anything has moved. */
  async #feed(answers: readonly FetchedOfTopic[]): Promise<boolean> {
    const {
      cluster: { troubles },
      events
    } = this.#parts
    let hasMoved = false
    for (const answer of answers) {
      const source = this.#byName.get(nameOf(answer))
      if (source === undefined || source.read.isOver) continue
      if (mayPass(answer.error)) {
        troubles.met(`read ${placeOf(answer)}`, errorWords(answer.error))
        continue
      }
      if (answer.error === ERROR.none) {
        if (troubles.areAny) troubles.over(`read ${placeOf(answer)}`)
        if (source.feed(answer) || source.isCut) hasMoved = true
        continue
      }
      if (answer.error === ERROR.offsetOutOfRange) await events.onOutOfRange(source.read, answer)
      else events.onRefused(source.read, answer.error)
      source.goOn()
      hasMoved = true
    }
    return hasMoved
  }
}

/** A topic that one broker does not know may have moved; whether it was deleted is seen elsewhere. */
const mayPass = (code: number): boolean =>
  isPassing(code) || code === ERROR.unknownTopicOrPartition || code === UNKNOWN
