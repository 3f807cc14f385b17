import { PartitionQueue } from './partition-queue.js'
import { Partitioner } from './partitioner.js'

/** The messages that wait to be sent to the partitions of one topic. */
export class TopicQueues {
  readonly partitioner = new Partitioner()
  readonly #topic: string
  readonly #onNew: () => void
  readonly #queues: (PartitionQueue | undefined)[] = []

  /** @param onNew called for each partition that gets its first message */
  constructor(topic: string, onNew: () => void) {
    this.#topic = topic
    this.#onNew = onNew
  }

  get all(): readonly PartitionQueue[] {
    return this.#queues.filter((queue) => queue !== undefined)
  }

  of(partition: number): PartitionQueue {
    const known = this.#queues[partition]
    if (known !== undefined) return known
    const queue = new PartitionQueue(this.#topic, partition)
    this.#queues[partition] = queue
    this.#onNew()
    return queue
  }

  /** Whether the batch that gathers for a partition has room for more. */
  readonly hasRoom = (partition: number): boolean => this.#queues[partition]?.hasRoom === true
}
