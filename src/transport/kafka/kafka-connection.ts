import type {
  BrokerConnection,
  BrokerTraits,
  ConnectionNotice,
  Grant,
  ListedChannel,
  LookWish,
  PublishReport,
  Receiver,
  SendingOptions,
  Subscription,
  Unread
} from '../../core/connection.js'
import { describeServer } from '../../core/described-server.js'
import { TidingsError } from '../../core/errors.js'
import type { MessageBatch } from '../../core/message-batch.js'
import { formatBrokerUrl } from '../broker-url.js'
import { pause } from '../connecting/back-off.js'
import { ASYNCAPI_NAMES } from './asyncapi-names.js'
import type { Cluster } from './cluster.js'
import { connectionFailure } from './connection-failure.js'
import { Publisher } from './publisher.js'
import type { Compression } from './records/compression.js'
import { Subscriber } from './subscriber.js'
import { TopicCreation } from './topic-creation.js'
import { Topics } from './topics.js'

/** Milliseconds that storing what was taken may need at the end: Ctrl-C must end within two seconds. */
const STOPPING_TIME = 1000

export interface ConnectionFacts {
  readonly clientId: string
  readonly session: string | undefined
  /** The cluster had kept the session. */
  readonly isResumed: boolean
  readonly onNotice: (notice: ConnectionNotice) => void
  /** Create topics that do not exist. */
  readonly create?: SendingOptions['create']
  readonly compression?: Compression | undefined
}

/** A connection to a cluster of Kafka: to each of its brokers that is needed. */
export class KafkaConnection implements BrokerConnection {
  readonly closed: Promise<TidingsError | undefined>
  readonly #cluster: Cluster
  readonly #clientId: string
  readonly #isResumed: boolean
  readonly #topics: Topics
  readonly #publisher: Publisher
  readonly #subscriber: Subscriber
  readonly #warn: (text: string) => void
  readonly #hurry = new AbortController()
  #resolveClosed: (failure: TidingsError | undefined) => void = () => {}
  #isEnding = false
  #closing: Promise<void> | undefined

  constructor(cluster: Cluster, facts: ConnectionFacts) {
    const { clientId, session, isResumed, onNotice, create, compression } = facts
    const warn = (text: string) => onNotice({ kind: 'warning', text })
    this.#cluster = cluster
    this.#clientId = clientId
    this.#isResumed = isResumed
    this.#warn = warn
    this.#topics = new Topics(cluster)
    this.#publisher = new Publisher(cluster, this.#topics, {
      creation: create && new TopicCreation(cluster, this.#topics, onNotice, create.partitions),
      compression,
      warn,
      onFailed: (error) => this.#fail(error, 'publish')
    })
    this.#subscriber = new Subscriber({
      cluster,
      topics: this.#topics,
      session,
      warn,
      onFailed: (error) => this.#fail(error, 'take messages')
    })
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    void cluster.ended.then((failure) => this.#end(failure))
  }

  get broker(): BrokerTraits {
    const url = formatBrokerUrl(this.#cluster.url)
    return {
      url,
      protocol: 'Kafka',
      clientId: this.#clientId,
      resumed: this.#isResumed,
      server: describeServer(url, ASYNCAPI_NAMES)
    }
  }

  get settled(): number {
    return this.#publisher.settled
  }

  get openBatches(): number {
    return this.#publisher.openBatches
  }

  get openMessages(): number {
    return this.#publisher.openMessages
  }

  publish(batch: MessageBatch): Promise<PublishReport> {
    return this.#publisher.publish(batch)
  }

  confirmRead(): Promise<Unread> {
    return this.#publisher.confirmRead()
  }

  async subscribe(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]> {
    try {
      return await Promise.race([
        this.#subscriber.subscribe(subscriptions, receive),
        this.closed.then(cannotSubscribe)
      ])
    } catch (error) {
      throw connectionFailure(error, 'subscribe', this.#cluster.asker)
    }
  }

  async channels(): Promise<readonly ListedChannel[]> {
    const topics = await this.#topics.list().catch((error: unknown) => {
      throw connectionFailure(error, 'list the topics', this.#cluster.asker)
    })
    return topics.filter(({ isInternal }) => !isInternal).map(({ topic }) => ({ name: topic }))
  }

  async look(wish: LookWish): Promise<TidingsError | undefined> {
    const { lookAtTopics } = await import('./look-at-topics.js')
    const { ends, failure } = await lookAtTopics(wish, this.#cluster, this.#topics, this.#warn)
    this.#subscriber.lookedTo = ends
    return failure
  }

  close(drain = 0): Promise<void> {
    if (this.#closing === undefined) this.#closing = this.#close(drain)
    else void pause(drain, this.#cluster.signal).then(() => this.#hurry.abort())
    return this.#closing
  }

  async #close(drain: number): Promise<void> {
    if (drain > 0 && !this.#cluster.signal.aborted) {
      const drained = Promise.all([
        this.#publisher.drained().then(() => this.#publisher.confirmRead()),
        this.#subscriber.settled()
      ])
      const deadline = AbortSignal.any([this.#cluster.signal, this.#hurry.signal])
      await Promise.race([drained, pause(drain, deadline)])
    }
    await this.#end(undefined)
  }

  /** Ends for good, with a failure or without. Only the first call counts. */
  async #end(failure: TidingsError | undefined): Promise<void> {
    if (!this.#isEnding) {
      this.#isEnding = true
      await Promise.race([this.#subscriber.stop(), pause(STOPPING_TIME, this.#cluster.signal)])
      await this.#cluster.close()
      this.#publisher.abandon()
      this.#resolveClosed(failure)
    }
    await this.closed
  }

  /** Nothing more can be done with the cluster. */
  #fail(error: unknown, what: string): void {
    void this.#end(connectionFailure(error, what, this.#cluster.asker))
  }
}

function cannotSubscribe(failure: TidingsError | undefined): never {
  throw (
    failure ??
    new TidingsError('unfinished', 'cannot subscribe: the connection is closed', {
      code: 'connection-closed'
    })
  )
}
