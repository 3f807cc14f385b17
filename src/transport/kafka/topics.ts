import { quoteName } from '../../core/visible-text.js'
import { pause } from '../connecting/back-off.js'
import type { TopicMetadata } from './api/metadata.js'
import type { Cluster } from './cluster.js'
import { ERROR, errorWords, isPassing } from './error-codes.js'

/** Milliseconds between two looks at the cluster while something is not as it should be. */
const LOOK_AGAIN = 100

/** What is known of the topics that are used. Knows who leads a partition, and looks again when that was wrong. */
export class Topics {
  readonly #cluster: Cluster
  readonly #known = new Map<string, TopicMetadata>()
  readonly #loading = new Map<string, Promise<TopicMetadata>>()
  #refreshing: Promise<void> | undefined

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** What is known of a topic, if it exists and was asked for. */
  known(topic: string): TopicMetadata | undefined {
    return this.#known.get(topic)
  }

  /** What is known of a topic; asks where it is not known yet. A topic that cannot be used is returned with its error, and not kept. */
  load(topic: string): Promise<TopicMetadata> {
    const known = this.#known.get(topic)
    if (known !== undefined) return Promise.resolve(known)
    const loading = this.#loading.get(topic) ?? this.#ask(topic)
    this.#loading.set(topic, loading)
    return loading
  }

  async #ask(name: string): Promise<TopicMetadata> {
    try {
      const what = `find the topic ${quoteName(name)}`
      for (;;) {
        const { topics } = await this.#cluster.metadata({ topics: [name] })
        const topic = topics.find((each) => each.topic === name) ?? {
          error: ERROR.unknownTopicOrPartition,
          topic: name,
          isInternal: false,
          partitions: []
        }
        if (topic.error === 0 && topic.partitions.length > 0) this.#known.set(name, topic)
        if (!isPassing(topic.error)) {
          this.#cluster.troubles.over(what)
          return topic
        }
        this.#cluster.troubles.met(what, errorWords(topic.error))
        await pause(LOOK_AGAIN, this.#cluster.signal)
      }
    } finally {
      this.#loading.delete(name)
    }
  }

  /** All topics of the cluster that this user may see. */
  async list(): Promise<readonly TopicMetadata[]> {
    const { topics } = await this.#cluster.metadata({ topics: null })
    for (const topic of topics)
      if (topic.error === ERROR.none && topic.partitions.length > 0) this.#known.set(topic.topic, topic)
    return topics
  }

  /** The number of the broker that leads a partition; -1 where none does, as far as is known. */
  leader(topic: string, partition: number): number {
    const partitions = this.#known.get(topic)?.partitions
    const usual = partitions?.[partition]
    // Brokers list them in any order, and mostly by number.
    const found =
      usual?.partition === partition ? usual : partitions?.find((each) => each.partition === partition)
    return found?.leader ?? -1
  }

  /** Looks at the cluster anew, at most every tenth of a second. Never rejects. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #refresh(): Promise<void> {
    await pause(LOOK_AGAIN, this.#cluster.signal)
    const names = [...this.#known.keys()]
    try {
      const { topics } = await this.#cluster.metadata({ topics: names })
      for (const topic of topics)
        if (topic.error === ERROR.none) this.#known.set(topic.topic, topic)
        else if (topic.error === ERROR.unknownTopicOrPartition) this.#known.delete(topic.topic)
    } catch {
      // The cluster has ended, which its own end says.
    }
  }
}
