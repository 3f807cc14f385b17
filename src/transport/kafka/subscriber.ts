import { compilePattern } from '../../core/channel-pattern.js'
import type { Grant, Receiver, Subscription } from '../../core/connection.js'
import { counted } from '../../core/counted.js'
import { quoteName } from '../../core/visible-text.js'
import { EARLIEST, LATEST } from './api/list-offsets.js'
import type { TopicMetadata } from './api/metadata.js'
import { kafkaGrammar } from './channel-grammar.js'
import { chooseTopics, isUsable, isWild, partitionsOf } from './choose-topics.js'
import type { Cluster } from './cluster.js'
import { Delivery } from './delivery.js'
import { ERROR } from './error-codes.js'
import { Fetching, type FetchingEvents } from './fetching.js'
import { GroupReading } from './group-reading.js'
import { beginReading, type ReadingParts, type ReadingWish } from './kept-reading.js'
import { nameOf, type PartitionName } from './partition-name.js'
import type { ReadPartition } from './read-partition.js'
import { ReadingEnd } from './reading-end.js'
import { ignoredFromNotice } from './reading-notices.js'
import { openSession } from './session-reading.js'
import { offsetsAt, PartitionError } from './start-positions.js'
import { nothingMatches, readFailure, topicDeleted, whyNotRead } from './subscribe-refusals.js'
import type { Topics } from './topics.js'
import { UnreadableRecords } from './unreadable-records.js'

export interface SubscriberOptions {
  readonly cluster: Cluster
  readonly topics: Topics
  /** The name of the session, if the progress is to be kept for one reader. */
  readonly session: string | undefined
  readonly warn: (text: string) => void
  /** Nothing more can be received. */
  readonly onFailed: (error: unknown) => void
}

/** Milliseconds between two looks for topics that are new, where a pattern may match them. */
const LOOK_FOR_TOPICS = 3000

/** Reads the topics of all subscriptions of a connection: without a group, for a session, or as a member of a group. */
export class Subscriber {
  readonly #options: SubscriberOptions
  readonly #events: FetchingEvents
  readonly #fetching: Fetching
  readonly #delivery: Delivery
  readonly #unreadable: UnreadableRecords
  readonly #end: ReadingEnd
  /** Which topics are wanted, also those that are not born yet. */
  readonly #matches: ((topic: string) => boolean)[] = []
  /** The topics that somebody has named. Others are wanted because a pattern matches them. */
  readonly #named = new Set<string>()
  /** Topics that a pattern matches, and that this user may not read. */
  readonly #denied = new Set<string>()
  /** Behind what was looked at: the end of each partition, by `nameOf`. */
  lookedTo: ReadonlyMap<string, number> | undefined
  #parts: ReadingParts
  #group: GroupReading | undefined
  #looking: NodeJS.Timeout | undefined

  constructor(options: SubscriberOptions) {
    const { cluster, topics, warn, onFailed } = options
    this.#options = options
    this.#unreadable = new UnreadableRecords(warn)
    this.#delivery = new Delivery(kafkaGrammar, this.#unreadable, () => this.#end.check())
    this.#events = {
      take: (fetched) => {
        const confirmed = this.#group?.confirmed()
        const take = () => this.#delivery.take(fetched)
        return confirmed === undefined ? take() : confirmed.then(take)
      },
      onOutOfRange: (read) => this.#comeBack(read),
      onRefused: (read, code) => this.#refused(read, code),
      onFailed
    }
    this.#fetching = new Fetching(cluster, topics, this.#events)
    this.#end = new ReadingEnd(this.#fetching.partitions)
    this.#parts = { cluster, topics, fetching: this.#fetching, kept: undefined, warn }
    void this.#delivery.failed.then((error) => onFailed(error))
  }

  /** As `BrokerConnection.subscribe`. */
  async subscribe(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]> {
    const { grants, granted, found } = await this.#choose(subscriptions)
    const [first] = granted
    if (first === undefined) return grants
    const patterns = granted.map(({ pattern }) => pattern)
    this.#delivery.add(receive, patterns)
    if (first.skipUnreadable) this.#unreadable.areLeftOut = true
    this.#matches.push(...patterns.map((pattern) => compilePattern(pattern, kafkaGrammar)))
    for (const pattern of patterns) if (!isWild(pattern)) this.#named.add(pattern)
    const wish: ReadingWish = {
      from: first.from ?? 'latest',
      ignoredFrom: first.from && this.#ignoredFrom(first.group),
      untilEnd: first.untilEnd === true,
      inOrder: first.inOrderOfTime === true && first.group === undefined,
      known: first.sinceLook ? this.lookedTo : undefined
    }
    await this.#begin(found, wish, first.group)
    if (patterns.some(isWild)) this.#looking ??= setInterval(() => void this.#findTopics(), LOOK_FOR_TOPICS)
    if (!wish.untilEnd) return grants
    const end = this.#end.reached()
    return grants.map((grant) => (grant.guarantee === undefined ? grant : { ...grant, end }))
  }

  /** Which topics the patterns match at present, and which patterns are refused. */
  async #choose(subscriptions: readonly Subscription[]): Promise<{
    grants: Grant[]
    granted: Subscription[]
    found: PartitionName[]
  }> {
    const patterns = subscriptions.map(({ pattern }) => pattern)
    const { topics, refused, unmatched } = await chooseTopics(patterns, this.#options.topics)
    // Who waits sees that nothing comes. Who asks for what is there would take the end for that of some topic.
    if (subscriptions.some(({ untilEnd }) => untilEnd)) {
      if (topics.size + refused.size === 0) throw nothingMatches(unmatched)
      for (const pattern of unmatched) this.#options.warn(`no topic matches ${quoteName(pattern)} at present`)
    }
    const granted = subscriptions.filter(({ pattern }) => !refused.has(pattern))
    const grants = subscriptions.map(({ pattern, guarantee }): Grant => {
      const code = refused.get(pattern)
      return code === undefined
        ? { pattern, guarantee: guarantee === 0 ? 0 : 1 }
        : { pattern, guarantee: undefined, ...whyNotRead(code, pattern, this.#options.cluster.asker) }
    })
    return { grants, granted, found: partitionsOf(topics.values()) }
  }

  #ignoredFrom(group: string | undefined): string | undefined {
    const { session } = this.#options
    if (group !== undefined) return ignoredFromNotice('group', group)
    return session === undefined ? undefined : ignoredFromNotice('session', session)
  }

  async #begin(names: readonly PartitionName[], wish: ReadingWish, group: string | undefined): Promise<void> {
    const { cluster, session, onFailed, topics } = this.#options
    try {
      if (group !== undefined) {
        this.#group = new GroupReading(group, wish, this.#parts, {
          topics: async () => (await topics.list()).filter((topic) => this.#isWanted(topic)),
          settled: () => this.#delivery.settled(),
          onFailed
        })
        await this.#group.joined
      } else {
        if (session !== undefined && this.#parts.kept === undefined)
          this.#parts = { ...this.#parts, kept: await openSession(session, cluster, onFailed) }
        const reads = await beginReading(names, wish, this.#parts)
        if (reads.some(({ isMerged }) => isMerged)) void this.#merge(reads)
      }
    } catch (error) {
      if (!(error instanceof PartitionError)) throw error
      throw readFailure(error.code, error.place.topic, cluster.asker)
    }
  }

  /** Hands over the history in the order of its times. What comes later is read as it arrives. */
  async #merge(reads: readonly ReadPartition[]): Promise<void> {
    const { cluster, topics, onFailed } = this.#options
    try {
      const { mergeHistory } = await import('./merged-history.js')
      await mergeHistory(reads, {
        cluster,
        topics,
        delivery: this.#delivery,
        unreadable: this.#unreadable,
        events: this.#events
      })
      const left = reads.filter(({ isOver }) => !isOver)
      for (const read of left) read.isMerged = false
      if (!this.#delivery.isStopped) this.#fetching.add(left)
    } catch (error) {
      if (!cluster.signal.aborted) onFailed(error)
    }
  }

  #isWanted(topic: TopicMetadata): boolean {
    return isUsable(topic) && this.#matches.some((matches) => matches(topic.topic))
  }

  /** A topic that is born while a pattern is observed is read from its beginning. */
  async #findTopics(): Promise<void> {
    try {
      if (this.#group !== undefined) return await this.#group.look()
      const all = await this.#options.topics.list()
      const read = new Set([...this.#fetching.partitions].map(nameOf))
      const born = partitionsOf(all.filter((topic) => this.#isWanted(topic))).filter(
        (each) => !read.has(nameOf(each)) && !this.#denied.has(each.topic)
      )
      if (born.length > 0) await beginReading(born, { from: 'beginning', untilEnd: false }, this.#parts)
    } catch (error) {
      if (!this.#options.cluster.signal.aborted) this.#options.onFailed(error)
    }
  }

  /** What was to be read next was deleted, or is gone with a broker: reading goes on with what there is. */
  async #comeBack(read: ReadPartition): Promise<void> {
    const { cluster, topics, warn } = this.#options
    const place = `partition ${read.partition} of ${quoteName(read.topic)}`
    const earliest = (await offsetsAt([read], EARLIEST, cluster, topics)).get(nameOf(read)) ?? 0
    const latest = (await offsetsAt([read], LATEST, cluster, topics)).get(nameOf(read)) ?? earliest
    const next = Math.min(Math.max(read.position, earliest), latest)
    if (read.position < earliest)
      warn(
        `${counted(earliest - read.position, 'offset')} of ${place} were deleted before they were read; going on at ${next}`
      )
    else if (read.position > latest) warn(`${place} ends at ${latest} now; going on there`)
    read.position = next
    read.taken = next
    this.#end.check()
  }

  #refused(read: ReadPartition, code: number): void {
    const { warn, onFailed, cluster } = this.#options
    const { topic } = read
    this.#fetching.remove(read)
    const isLast = this.#fetching.partitions.size === 0
    const isDeleted = code === ERROR.unknownTopicOrPartition
    // What was there at the start, and is not written, must not end as if all had been.
    const isMissed = read.end !== undefined && !read.isAtEnd
    // Of many topics that match, those that may be read are read.
    const isLeftOut = code === ERROR.topicAuthorizationFailed && !isLast && !this.#named.has(topic)
    if (isDeleted && (isMissed || (isLast && this.#looking === undefined))) {
      onFailed(topicDeleted(topic))
      return
    }
    if (!isDeleted && !isLeftOut) {
      onFailed(readFailure(code, topic, cluster.asker))
      return
    }
    if (isLeftOut) {
      if (!this.#denied.has(topic)) warn(`you may not read ${quoteName(topic)}: it is left out`)
      this.#denied.add(topic)
    } else if (![...this.#fetching.partitions].some((each) => each.topic === topic))
      warn(`the topic ${quoteName(topic)} was deleted`)
    this.#end.check()
  }

  /** Resolves when what a receiver handles now is taken. */
  settled(): Promise<void> {
    return this.#delivery.settled()
  }

  /** Hands out nothing more. Resolves once what was taken is stored; never rejects. */
  async stop(): Promise<void> {
    clearInterval(this.#looking)
    this.#end.stop()
    this.#fetching.stop()
    this.#delivery.stop()
    if (this.#group !== undefined) await this.#group.leave().catch(() => undefined)
    this.#parts.kept?.stop()
    await this.#parts.kept?.commit().catch(() => undefined)
  }
}
