import { type Api, type OfTopic, readTopics, writeTopics } from './api.js'

/** Instead of a time: the offset behind the last record; with transactions, behind the last one that is decided. */
export const LATEST = -1
/** Instead of a time: the offset of the first record that there is. */
export const EARLIEST = -2

export interface OffsetWish {
  readonly partition: number
  /** Milliseconds since 1970, LATEST or EARLIEST. */
  readonly timestamp: number
}

export interface ListedOffset {
  readonly partition: number
  readonly error: number
  readonly timestamp: number
  /** -1 where no record is as late as the time. */
  readonly offset: number
}

const READ_COMMITTED = 1

/** The offset of the first record at a time or later. */
export const listOffsets: Api<readonly OfTopic<OffsetWish>[], readonly OfTopic<ListedOffset>[]> = {
  name: 'ListOffsets',
  key: 2,
  minVersion: 2,
  maxVersion: 4,
  write(to, topics, version) {
    to.fourBytes(-1)
    to.byte(READ_COMMITTED)
    writeTopics(to, topics, ({ partition, timestamp }) => {
      to.fourBytes(partition)
      if (version >= 4) to.fourBytes(-1)
      to.int64(timestamp)
    })
  },
  read(from, version) {
    from.int32()
    return readTopics(from, () => {
      const partition = from.int32()
      const error = from.int16()
      const timestamp = from.int64()
      const offset = from.int64()
      if (version >= 4) from.int32()
      return { partition, error, timestamp, offset }
    })
  }
}
