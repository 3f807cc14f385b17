import type { ConnectionNotice, RefusalReason } from '../../core/connection.js'
import { counted } from '../../core/counted.js'
import { quoteName } from '../../core/visible-text.js'
import { pause } from '../connecting/back-off.js'
import { createTopic } from './api/create-topics.js'
import type { TopicMetadata } from './api/metadata.js'
import type { Cluster } from './cluster.js'
import { ERROR, isPassing } from './error-codes.js'
import { LostNodeError, MissingApiError } from './node-connection.js'
import { creationRefusal, noCreation } from './publish-refusals.js'
import type { Topics } from './topics.js'

/** Milliseconds that the controller may wait for the brokers to hear of a topic. */
const CREATION_TIME = 10_000
/** Milliseconds between two questions, while something is not as it should be. */
const ASK_AGAIN = 50
/** As many partitions as the broker is configured to give. */
const AS_CONFIGURED = -1
/** Topics that the user is told of. More would say nothing new, and their names would fill memory. */
const MOST_TOLD = 1000

/** What came of a creation: the topic, or why there is none. */
export type CreatedTopic =
  | { readonly topic: TopicMetadata; readonly refused: undefined }
  | { readonly topic: undefined; readonly refused: RefusalReason }

interface Answer {
  readonly error: number
  readonly message: string | null
}

/** Creates topics that nobody has created yet. */
export class TopicCreation {
  readonly #cluster: Cluster
  readonly #topics: Topics
  readonly #partitions: number
  readonly #onNotice: (notice: ConnectionNotice) => void
  readonly #told = new Set<string>()

  /**
   * @param onNotice is told which topics were created, and which were there with another number of partitions than was asked for
   * @param partitions that a topic gets; if absent, as many as the broker is configured to give
   */
  constructor(
    cluster: Cluster,
    topics: Topics,
    onNotice: (notice: ConnectionNotice) => void,
    partitions = AS_CONFIGURED
  ) {
    this.#cluster = cluster
    this.#topics = topics
    this.#onNotice = onNotice
    this.#partitions = partitions
  }

  /** Tells, once for each topic, that one which is there has another number of partitions than was asked for. */
  compare({ topic, partitions }: TopicMetadata): void {
    if (this.#partitions === AS_CONFIGURED || partitions.length === this.#partitions) return
    this.#tell(topic, {
      kind: 'warning',
      text: `the topic ${quoteName(topic)} exists with ${counted(partitions.length, 'partition')}, and stays so; --partitions is for topics that are created`
    })
  }

  /** Resolves once the brokers know the topic. That somebody else has created it meanwhile is fine. Rejects once the cluster has ended. */
  async create(name: string): Promise<CreatedTopic> {
    const answer = await this.#askController(name)
    if (answer instanceof MissingApiError)
      return { topic: undefined, refused: noCreation(answer.message, name) }
    const { error, message } = answer
    if (error !== ERROR.none && error !== ERROR.topicAlreadyExists)
      return { topic: undefined, refused: creationRefusal(error, message, name, this.#cluster.asker) }
    for (;;) {
      const topic = await this.#topics.load(name)
      const hasLeaders = topic.partitions.length > 0 && topic.partitions.every(({ leader }) => leader >= 0)
      if (topic.error === ERROR.none && hasLeaders) {
        if (error === ERROR.none) this.#tellCreated(topic)
        else this.compare(topic)
        return { topic, refused: undefined }
      }
      if (topic.error === ERROR.none) await this.#topics.refresh()
      else if (isAwaited(topic.error)) await pause(ASK_AGAIN, this.#cluster.signal)
      else return { topic: undefined, refused: creationRefusal(topic.error, null, name, this.#cluster.asker) }
    }
  }

  #tellCreated({ topic, partitions }: TopicMetadata): void {
    const text = `created the topic ${quoteName(topic)} with ${counted(partitions.length, 'partition')}`
    this.#tell(topic, { kind: 'created', text })
  }

  #tell(topic: string, notice: ConnectionNotice): void {
    if (this.#told.has(topic) || this.#told.size >= MOST_TOLD) return
    this.#told.add(topic)
    this.#onNotice(notice)
  }

  /** The controller alone creates topics. Which broker that is may change meanwhile. */
  async #askController(topic: string): Promise<Answer | MissingApiError> {
    const request = { topic, partitions: this.#partitions, timeout: CREATION_TIME }
    for (;;) {
      this.#cluster.signal.throwIfAborted()
      const { controller } = await this.#cluster.metadata({ topics: [] })
      try {
        const node = await this.#cluster.node(controller, 'produce')
        const answer = await node.request(createTopic, request, CREATION_TIME)
        if (!isPassing(answer.error)) return answer
      } catch (error) {
        if (error instanceof MissingApiError) return error
        if (!(error instanceof LostNodeError)) throw error
      }
      await pause(ASK_AGAIN, this.#cluster.signal)
    }
  }
}

/** The broker that was asked has not heard of the topic yet, or not of its leaders. */
const isAwaited = (error: number): boolean => error === ERROR.unknownTopicOrPartition || isPassing(error)
