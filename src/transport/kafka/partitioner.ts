import type { Message } from '../../core/message.js'
import { asBuffer } from '../../core/utf8.js'
import type { PartitionMetadata } from './api/metadata.js'
import { partitionOfKey } from './murmur2.js'

/**
 * Chooses partitions as Kafka's Java client does: by the key; and without a key one after the other, each for as long as a batch gathers.
 */
export class Partitioner {
  #sticky = -1

  /**
   * @param hasRoom whether the batch that gathers for a partition has room for more
   * @returns the number of the partition; one that the topic does not have only where the message names it
   */
  choose(
    { key, kafka }: Pick<Message, 'key' | 'kafka'>,
    partitions: readonly PartitionMetadata[],
    hasRoom: (partition: number) => boolean
  ): number {
    const named = kafka?.offset === undefined ? kafka?.partition : undefined
    if (named !== undefined) return named
    const count = partitions.length
    if (key !== undefined)
      return partitionOfKey(typeof key === 'string' ? Buffer.from(key) : asBuffer(key), count)
    if (count === 1) return 0
    if (this.#sticky < 0 || this.#sticky >= count) this.#sticky = Math.floor(Math.random() * count)
    else if (!hasRoom(this.#sticky)) this.#sticky = this.#next(partitions)
    return this.#sticky
  }

  /** The next partition that has a leader. */
  #next(partitions: readonly PartitionMetadata[]): number {
    const count = partitions.length
    for (let by = 1; by <= count; by++) {
      const partition = (this.#sticky + by) % count
      if (partitions.find((each) => each.partition === partition)?.leader !== -1) return partition
    }
    return (this.#sticky + 1) % count
  }
}
