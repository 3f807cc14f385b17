import type { CheckOptions } from '../../../core/broker-check.js'
import type { Ability } from '../../../core/broker-findings.js'
import { pause } from '../../connecting/back-off.js'
import { createTopic } from '../api/create-topics.js'
import { deleteTopic } from '../api/delete-topics.js'
import type { TopicMetadata } from '../api/metadata.js'
import type { Cluster } from '../cluster.js'
import { ERROR } from '../error-codes.js'
import { abilityOf, answerTo } from './asking.js'

/** Milliseconds between two looks. */
const LOOK_AGAIN = 20

/** The topic that a check creates for itself, and deletes again. */
export class OwnTopic {
  readonly name: string
  readonly #cluster: Cluster
  readonly #controller: number
  readonly #options: CheckOptions
  #mayExist = false

  constructor(cluster: Cluster, controller: number, options: CheckOptions) {
    this.name = `${options.below}.${options.id}`
    this.#cluster = cluster
    this.#controller = controller
    this.#options = options
  }

  /** Creates it with as many partitions and replicas as the cluster gives a topic. */
  async create(): Promise<Ability> {
    const { patience } = this.#options
    this.#mayExist = true
    const asked = this.#cluster
      .node(this.#controller, 'group')
      .then((node) =>
        node.request(createTopic, { topic: this.name, partitions: -1, timeout: patience }, patience)
      )
    const ability = abilityOf(await answerTo(asked, this.#options))
    if (ability.works === false) this.#mayExist = false
    return ability
  }

  /** Deletes it, also where the check was stopped. Undefined where it was not created. */
  async remove(): Promise<Ability | undefined> {
    if (!this.#mayExist) return undefined
    const options = { ...this.#options, stop: new AbortController().signal }
    const { patience } = options
    const asked = this.#cluster
      .node(this.#controller, 'group')
      .then((node) => node.request(deleteTopic, { topic: this.name, timeout: patience }, patience))
      .then((error) => ({ error: error === ERROR.unknownTopicOrPartition ? ERROR.none : error }))
    const ability = abilityOf(await answerTo(asked, options))
    if (ability.works === true) await answerTo(untilGone(this.name, this.#cluster), options)
    return ability
  }
}

/** What a cluster says of a topic, once the broker that is asked knows it and its partitions have leaders. */
export async function untilThere(topic: string, cluster: Cluster): Promise<TopicMetadata> {
  for (;;) {
    const { topics } = await cluster.metadata({ topics: [topic], rights: true })
    const [found] = topics
    const isReady =
      found?.error === ERROR.none &&
      found.partitions.length > 0 &&
      found.partitions.every(({ leader }) => leader >= 0)
    if (isReady) return found
    await pause(LOOK_AGAIN, cluster.signal)
  }
}

async function untilGone(topic: string, cluster: Cluster): Promise<void> {
  for (;;) {
    const { topics } = await cluster.metadata({ topics: [topic] })
    if (topics[0]?.error !== ERROR.none) return
    await pause(LOOK_AGAIN, cluster.signal)
  }
}
