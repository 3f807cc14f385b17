import { compilePattern } from '../../core/channel-pattern.js'
import type { Grant, HistoryPosition, Receiver, Subscription } from '../../core/connection.js'
import { counted } from '../../core/counted.js'
import { TidingsError } from '../../core/errors.js'
import { quoteName } from '../../core/visible-text.js'
import type { FetchedPartition } from './api/fetch.js'
import { EARLIEST, LATEST } from './api/list-offsets.js'
import type { TopicMetadata } from './api/metadata.js'
import { kafkaGrammar } from './channel-grammar.js'
import type { Cluster } from './cluster.js'
import { Delivery } from './delivery.js'
import { ERROR, errorWords } from './error-codes.js'
import { Fetching } from './fetching.js'
import { ReadPartition } from './read-partition.js'
import { nameOf, offsetsAt, PartitionError, type PartitionName, startPositions } from './start-positions.js'
import type { Topics } from './topics.js'

export interface SubscriberOptions {
  readonly cluster: Cluster
  readonly topics: Topics
  readonly warn: (text: string) => void
  /** Nothing more can be received. */
  readonly onFailed: (error: unknown) => void
}

/** Milliseconds between two looks for topics that are new, where a pattern may match them. */
const LOOK_FOR_TOPICS = 3000

/** Reads topics without a group: nothing of it stays on the cluster. */
export class Subscriber {
  readonly #options: SubscriberOptions
  readonly #fetching: Fetching
  readonly #delivery: Delivery
  readonly #patterns: { readonly matches: (topic: string) => boolean }[] = []
  #looking: NodeJS.Timeout | undefined
  #onEnd: (() => void)[] = []

  constructor(options: SubscriberOptions) {
    const { cluster, topics, onFailed } = options
    this.#options = options
    this.#delivery = new Delivery(kafkaGrammar, () => this.#checkEnd())
    this.#fetching = new Fetching(cluster, topics, {
      take: (fetched) => this.#delivery.take(fetched),
      onOutOfRange: (read, fetched) => this.#comeBack(read, fetched),
      onRefused: (read, code) => this.#refused(read, code),
      onFailed
    })
    void this.#delivery.failed.then((error) => onFailed(error))
  }

  /** As `BrokerConnection.subscribe`. */
  async subscribe(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]> {
    const { topics } = this.#options
    const isWild = subscriptions.some(({ pattern }) => /[+#]/.test(pattern))
    const all = isWild ? (await topics.list()).filter(({ isInternal }) => !isInternal) : []
    const granted: Subscription[] = []
    const grants: Grant[] = []
    const chosen = new Map<string, TopicMetadata>()
    for (const subscription of subscriptions) {
      const { pattern } = subscription
      const matches = compilePattern(pattern, kafkaGrammar)
      const found = /[+#]/.test(pattern)
        ? all.filter(({ topic }) => matches(topic))
        : [await topics.load(pattern)]
      const [only] = found
      if (!/[+#]/.test(pattern) && only !== undefined && only.error !== ERROR.none) {
        grants.push({ pattern, guarantee: undefined, ...whyNotRead(only.error, pattern) })
        continue
      }
      for (const topic of found) if (topic.error === ERROR.none) chosen.set(topic.topic, topic)
      granted.push(subscription)
      grants.push({ pattern, guarantee: Math.min(1, subscription.guarantee) as 0 | 1 })
    }
    this.#delivery.add(
      receive,
      granted.map(({ pattern }) => pattern)
    )
    const [first] = granted
    if (first === undefined) return grants
    const names = [...chosen.values()].flatMap(({ topic, partitions }) =>
      partitions.map(({ partition }) => ({ topic, partition }))
    )
    await this.#begin(names, first.from ?? 'latest', first.untilEnd === true)
    if (isWild) this.#lookForTopics(granted.map(({ pattern }) => compilePattern(pattern, kafkaGrammar)))
    if (first.untilEnd !== true) return grants
    const end = new Promise<void>((resolve) => {
      this.#onEnd.push(resolve)
    })
    this.#checkEnd()
    return grants.map((grant) => (grant.guarantee === undefined ? grant : { ...grant, end }))
  }

  async #begin(names: readonly PartitionName[], from: HistoryPosition, untilEnd: boolean): Promise<void> {
    const { cluster, topics } = this.#options
    try {
      const starts = await startPositions(names, from, cluster, topics)
      const ends = untilEnd ? await offsetsAt(names, LATEST, cluster, topics) : undefined
      this.#fetching.add(
        names.map(
          (each) =>
            new ReadPartition(
              each.topic,
              each.partition,
              starts.get(nameOf(each)) ?? 0,
              ends?.get(nameOf(each))
            )
        )
      )
    } catch (error) {
      if (!(error instanceof PartitionError)) throw error
      throw readFailure(error.code, error.place.topic)
    }
  }

  /** A topic that is born while a pattern is observed is read from its beginning. */
  #lookForTopics(matches: readonly ((topic: string) => boolean)[]): void {
    this.#patterns.push(...matches.map((each) => ({ matches: each })))
    this.#looking ??= setInterval(() => void this.#findTopics(), LOOK_FOR_TOPICS)
  }

  async #findTopics(): Promise<void> {
    try {
      const all = await this.#options.topics.list()
      const read = new Set([...this.#fetching.partitions].map((each) => nameOf(each)))
      const born = all
        .filter(
          ({ topic, error, isInternal }) =>
            error === ERROR.none && !isInternal && this.#patterns.some(({ matches }) => matches(topic))
        )
        .flatMap(({ topic, partitions }) => partitions.map(({ partition }) => ({ topic, partition })))
        .filter((each) => !read.has(nameOf(each)))
      if (born.length > 0) await this.#begin(born, 'beginning', false)
    } catch (error) {
      if (!this.#options.cluster.signal.aborted) this.#options.onFailed(error)
    }
  }

  /** What was to be read next was deleted, or never came to be: reading goes on with what there is. */
  async #comeBack(read: ReadPartition, _fetched: FetchedPartition): Promise<void> {
    const { cluster, topics, warn } = this.#options
    const earliest = (await offsetsAt([read], EARLIEST, cluster, topics)).get(nameOf(read)) ?? 0
    const place = `partition ${read.partition} of ${quoteName(read.topic)}`
    if (read.position < earliest)
      warn(
        `${counted(earliest - read.position, 'offset')} of ${place} were deleted before they were read (retention); going on at ${earliest}`
      )
    const latest = (await offsetsAt([read], LATEST, cluster, topics)).get(nameOf(read)) ?? earliest
    const next = read.position < earliest ? earliest : latest
    if (read.position > latest) warn(`the end of ${place} went back to ${latest}; going on there`)
    read.position = next
    read.taken = Math.max(read.taken, next)
    this.#checkEnd()
  }

  #refused(read: ReadPartition, code: number): void {
    const { warn, onFailed } = this.#options
    this.#fetching.remove(read)
    if (code !== ERROR.unknownTopicOrPartition) onFailed(readFailure(code, read.topic))
    else if (this.#fetching.partitions.size === 0 && this.#patterns.length === 0)
      onFailed(
        new TidingsError('unfinished', `the topic ${quoteName(read.topic)} was deleted while it was read`, {
          code: 'topic-deleted'
        })
      )
    else if (read.partition === 0) warn(`the topic ${quoteName(read.topic)} was deleted`)
  }

  #checkEnd(): void {
    if (this.#onEnd.length === 0) return
    for (const read of this.#fetching.partitions) if (read.end !== undefined && !read.isAtEnd) return
    for (const resolve of this.#onEnd.splice(0)) resolve()
  }

  /** Resolves when the batch that a receiver handles now is taken. */
  settled(): Promise<void> {
    return this.#delivery.settled()
  }

  /** Hands out nothing more. */
  stop(): void {
    clearInterval(this.#looking)
    this.#fetching.stop()
    this.#delivery.stop()
  }
}

const SUGGESTIONS: ReadonlyMap<number, string> = new Map([
  [
    ERROR.unknownTopicOrPartition,
    'see which topics there are: tidings channels; or create it: kafka-topics.sh --create --topic NAME'
  ],
  [
    ERROR.topicAuthorizationFailed,
    'ask for the right to read: kafka-acls.sh --add --operation Read --topic NAME'
  ]
])

function whyNotRead(code: number, topic: string): Pick<Grant, 'reason' | 'suggestion'> {
  const suggestion = SUGGESTIONS.get(code)
  const reason =
    code === ERROR.unknownTopicOrPartition ? `there is no topic ${quoteName(topic)}` : errorWords(code)
  return { reason, ...(suggestion !== undefined && { suggestion }) }
}

function readFailure(code: number, topic: string): TidingsError {
  const { reason, suggestion } = whyNotRead(code, topic)
  return new TidingsError('refused', `cannot read ${quoteName(topic)}: ${reason}`, {
    code: 'subscribe-refused',
    ...(suggestion !== undefined && { suggestion })
  })
}
