import { type Api, type OfTopic, readTopics, writeTopics } from './api.js'

export interface ProduceRequest {
  /** Who has to have the records before the broker answers: -1 all replicas that are in sync, 0 nobody, and there is no answer. */
  readonly acks: -1 | 0
  /** Milliseconds that the broker may wait for the other replicas. */
  readonly timeout: number
  readonly topics: readonly OfTopic<{ readonly partition: number; readonly records: Uint8Array }>[]
}

export interface ProducedPartition {
  readonly partition: number
  readonly error: number
  /** What the broker says of the error, where it says it. */
  readonly message: string | null
  /** The records that the error is about, by their place in the batch, where the broker says it. */
  readonly records: readonly { readonly index: number; readonly message: string | null }[]
}

/** Appends batches of records to partitions. */
export const produce: Api<ProduceRequest, readonly OfTopic<ProducedPartition>[]> = {
  name: 'Produce',
  key: 0,
  minVersion: 7,
  maxVersion: 8,
  write(to, { acks, timeout, topics }) {
    to.string(null)
    to.twoBytes(acks)
    to.fourBytes(timeout)
    writeTopics(to, topics, ({ partition, records }) => {
      to.fourBytes(partition)
      to.sizedBytes(records)
    })
  },
  read(from, version) {
    return readTopics(from, () => {
      const partition = from.int32()
      const error = from.int16()
      from.int64()
      from.int64()
      from.int64()
      return {
        partition,
        error,
        records:
          version >= 8 ? from.array(() => ({ index: from.int32(), message: from.nullableString() })) : [],
        message: version >= 8 ? from.nullableString() : null
      }
    })
  }
}
