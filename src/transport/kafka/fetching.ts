import { sinceBoot } from '../clock/since-boot.js'
import { pause } from '../connecting/back-off.js'
import { AnswerSize, MOST } from './answer-size.js'
import type { FetchedPartition } from './api/fetch.js'
import type { Cluster } from './cluster.js'
import { ERROR, errorWords, isPassing, UNKNOWN } from './error-codes.js'
import { type Answered, type FetchedOfTopic, type FetchLimits, fetchFrom } from './fetch-from.js'
import { nameOf, placeOf } from './partition-name.js'
import type { ReadPartition } from './read-partition.js'
import { lastOffsetIn } from './records/read-batches.js'
import type { Topics } from './topics.js'

const LIMITS: Omit<FetchLimits, 'partBytes'> = { wait: 500, bytes: MOST }
/** Milliseconds until a broker that could not be reached is tried again. */
const PAUSE = 100

/** What a broker sent of one partition. */
export interface Fetched extends FetchedPartition {
  readonly read: ReadPartition
}

/** What is good of an answer, and what to call once nobody reads it any more. */
interface SortedAnswer extends Pick<Answered, 'release'> {
  readonly good: readonly Fetched[]
}

/** What the fetching tells. */
export interface FetchingEvents {
  /** Takes what came. The next answer is asked for meanwhile, and no more until this resolves. */
  take(fetched: readonly Fetched[]): Promise<void>
  /** The offset that was asked for is not there. Resolves once the partition has another position, or is read no more. */
  onOutOfRange(read: ReadPartition, fetched: FetchedPartition): Promise<void>
  /** A partition cannot be read. */
  onRefused(read: ReadPartition, code: number): void
  /** A bug, or records that cannot be read. */
  onFailed(error: unknown): void
}

/** Reads partitions from their leaders, with a loop for each leader. */
export class Fetching {
  readonly #cluster: Cluster
  readonly #topics: Topics
  readonly #events: FetchingEvents
  readonly #partitions = new Set<ReadPartition>()
  readonly #running = new Set<number>()
  #isStopped = false

  constructor(cluster: Cluster, topics: Topics, events: FetchingEvents) {
    this.#cluster = cluster
    this.#topics = topics
    this.#events = events
  }

  get partitions(): ReadonlySet<ReadPartition> {
    return this.#partitions
  }

  /** Reads these from now on. Of those whose history is merged it only knows, until they are added again. */
  add(partitions: Iterable<ReadPartition>): void {
    for (const each of partitions) this.#partitions.add(each)
    this.#start()
  }

  remove(partition: ReadPartition): void {
    partition.isOver = true
    this.#partitions.delete(partition)
  }

  #moveBack(read: ReadPartition): void {
    this.#partitions.delete(read)
    this.#partitions.add(read)
  }

  stop(): void {
    this.#isStopped = true
    this.#partitions.clear()
  }

  /** Starts a loop for each leader that has none. */
  #start(): void {
    for (const read of this.#partitions) {
      const leader = this.#topics.leader(read.topic, read.partition)
      if (read.isMerged || this.#running.has(leader)) continue
      this.#running.add(leader)
      this.#run(leader).catch((error: unknown) => {
        this.#running.delete(leader)
        if (!this.#cluster.signal.aborted) this.#events.onFailed(error)
      })
    }
  }

  #partitionsOf(leader: number): ReadPartition[] {
    const isRead = (read: ReadPartition) =>
      !read.isMerged && this.#topics.leader(read.topic, read.partition) === leader
    return [...this.#partitions].filter(isRead)
  }

  async #run(leader: number): Promise<void> {
    const size = new AnswerSize()
    let taking: Promise<void> = Promise.resolve()
    while (!this.#isStopped && !this.#cluster.signal.aborted) {
      const partitions = this.#partitionsOf(leader)
      if (partitions.length === 0) {
        // At once: a partition that is added now needs another loop.
        this.#running.delete(leader)
        return
      }
      if (leader < 0) {
        for (const each of partitions)
          this.#cluster.troubles.met(`read ${placeOf(each)}`, errorWords(ERROR.leaderNotAvailable))
        await this.#lookAgain()
        continue
      }
      const fetched = await this.#fetch(leader, partitions, size)
      // What came before is taken first: at most two answers are in memory.
      await taking
      if (fetched === undefined) {
        await this.#lookAgain()
        continue
      }
      taking = this.#take(fetched)
      taking.catch(() => undefined)
    }
    await taking
  }

  async #take({ good, release }: SortedAnswer): Promise<void> {
    await this.#events.take(good)
    release()
  }

  async #lookAgain(): Promise<void> {
    await pause(PAUSE, this.#cluster.signal)
    await this.#topics.refresh()
    for (const read of [...this.#partitions])
      if (this.#topics.known(read.topic) === undefined) {
        this.#partitions.delete(read)
        this.#events.onRefused(read, ERROR.unknownTopicOrPartition)
      }
    this.#start()
  }

  /** Asks a leader for records; undefined where the cluster has to be looked at anew. */
  async #fetch(
    leader: number,
    partitions: readonly ReadPartition[],
    size: AnswerSize
  ): Promise<SortedAnswer | undefined> {
    const asked = sinceBoot()
    const answered = await fetchFrom(leader, partitions, { ...LIMITS, partBytes: size.bytes }, this.#cluster)
    if (answered === undefined) return undefined
    const took = sinceBoot() - asked
    for (const { records } of answered.parts) if (records.length > 0) size.came(records, took)
    const byName = new Map(partitions.map((read) => [nameOf(read), read]))
    const good = await this.#sort(answered.parts, byName)
    return good && { good, release: answered.release }
  }

  async #sort(
    fetched: readonly FetchedOfTopic[],
    byName: ReadonlyMap<string, ReadPartition>
  ): Promise<Fetched[] | undefined> {
    const { troubles } = this.#cluster
    const good: Fetched[] = []
    let isOutdated = false
    for (const each of fetched) {
      const read = byName.get(nameOf(each))
      if (read === undefined || !this.#partitions.has(read)) continue
      if (each.error === ERROR.none) {
        if (troubles.areAny) troubles.over(`read ${placeOf(read)}`)
        if (each.records.length === 0) continue
        const next = lastOffsetIn(each.records, read.position) + 1
        // The first partitions that are asked for get the room in an answer: who had some goes behind the others.
        if (next > read.position) this.#moveBack(read)
        read.position = next
        good.push({ ...each, read })
      } else if (each.error === ERROR.offsetOutOfRange) await this.#events.onOutOfRange(read, each)
      else if (isLasting(each.error)) this.#events.onRefused(read, each.error)
      else {
        troubles.met(`read ${placeOf(read)}`, errorWords(each.error))
        isOutdated = true
      }
    }
    if (isOutdated && good.length === 0) return undefined
    if (isOutdated) void this.#lookAgain()
    return good
  }
}

/** Errors that do not pass by themselves. Whether a topic is gone for good, the next look at the cluster tells. */
const isLasting = (code: number): boolean =>
  !isPassing(code) && code !== ERROR.unknownTopicOrPartition && code !== UNKNOWN
