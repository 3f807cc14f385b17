import { type Api, type OfTopic, readTopics, writeTopics } from './api.js'

export interface FetchRequest {
  /** Milliseconds that the broker waits for `minBytes`. */
  readonly maxWait: number
  readonly minBytes: number
  readonly maxBytes: number
  readonly topics: readonly OfTopic<{
    readonly partition: number
    readonly offset: number
    readonly maxBytes: number
  }>[]
}

/** A transaction that was given up: its records from this offset on, up to its end mark, do not count. */
export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

export interface FetchedPartition {
  readonly partition: number
  readonly error: number
  /** Behind the last record that all replicas have. */
  readonly highWatermark: number
  /** Behind the last record whose transaction is decided. */
  readonly lastStableOffset: number
  /** The first record that there is. */
  readonly logStart: number
  readonly aborted: readonly AbortedTransaction[]
  /** Record batches, the last one possibly cut; a view. */
  readonly records: Buffer
}

const READ_COMMITTED = 1

/** Reads records from partitions, without a fetch session, and of transactions only what was committed. */
export const fetch: Api<
  FetchRequest,
  { readonly error: number; readonly topics: readonly OfTopic<FetchedPartition>[] }
> = {
  name: 'Fetch',
  key: 1,
  minVersion: 10,
  maxVersion: 10,
  write(to, { maxWait, minBytes, maxBytes, topics }) {
    to.fourBytes(-1)
    to.fourBytes(maxWait)
    to.fourBytes(minBytes)
    to.fourBytes(maxBytes)
    to.byte(READ_COMMITTED)
    to.fourBytes(0)
    to.fourBytes(-1)
    writeTopics(to, topics, ({ partition, offset, maxBytes: most }) => {
      to.fourBytes(partition)
      to.fourBytes(-1)
      to.int64(offset)
      to.int64(-1)
      to.fourBytes(most)
    })
    to.array([], () => {})
  },
  read(from) {
    from.int32()
    const error = from.int16()
    from.int32()
    const topics = readTopics(from, () => ({
      partition: from.int32(),
      error: from.int16(),
      highWatermark: from.int64(),
      lastStableOffset: from.int64(),
      logStart: from.int64(),
      aborted: from.array(() => ({ producerId: from.int64(), firstOffset: from.int64() })),
      records: from.sizedBytes()
    }))
    return { error, topics }
  }
}
