import { type Api, type OfTopic, readTopics, writeTopics } from './api.js'
import type { Membership } from './group-membership.js'

interface CommitRequest extends Membership {
  readonly topics: readonly OfTopic<{ readonly partition: number; readonly offset: number }>[]
  /** A note that is kept with each offset. */
  readonly note: string
}

/** Stores how far a group has come. */
export const offsetCommit: Api<
  CommitRequest,
  readonly OfTopic<{ readonly partition: number; readonly error: number }>[]
> = {
  name: 'OffsetCommit',
  key: 8,
  minVersion: 5,
  maxVersion: 5,
  write(to, { group, generation, member, topics, note }) {
    to.string(group)
    to.fourBytes(generation)
    to.string(member)
    writeTopics(to, topics, ({ partition, offset }) => {
      to.fourBytes(partition)
      to.int64(offset)
      to.string(note)
    })
  },
  read(from) {
    from.int32()
    return readTopics(from, () => ({ partition: from.int32(), error: from.int16() }))
  }
}

interface OffsetFetchRequest {
  readonly group: string
  /** Null: all that the group has stored. */
  readonly topics: readonly OfTopic<number>[] | null
}

export interface CommittedOffset {
  readonly partition: number
  /** -1 where none is stored. */
  readonly offset: number
  /** What its writer has noted with it. */
  readonly note: string | null
  readonly error: number
}

/** How far a group has come. */
export const offsetFetch: Api<
  OffsetFetchRequest,
  { readonly error: number; readonly topics: readonly OfTopic<CommittedOffset>[] }
> = {
  name: 'OffsetFetch',
  key: 9,
  minVersion: 5,
  maxVersion: 5,
  write(to, { group, topics }) {
    to.string(group)
    writeTopics(to, topics, (partition) => to.fourBytes(partition))
  },
  read(from) {
    from.int32()
    const topics = readTopics(from, () => {
      const partition = from.int32()
      const offset = from.int64()
      from.int32()
      const note = from.nullableString()
      return { partition, offset, note, error: from.int16() }
    })
    return { topics, error: from.int16() }
  }
}
