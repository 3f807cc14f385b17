import { type FetchedPartition, fetch } from './api/fetch.js'
import type { Cluster } from './cluster.js'
import { ERROR } from './error-codes.js'
import { groupBy } from './group-by.js'
import { LostNodeError } from './node-connection.js'

/** A partition, and the offset from which on records are wanted. */
export interface FetchWish {
  readonly topic: string
  readonly partition: number
  readonly position: number
  /** Bytes that the broker may send of it, where that is not what the limits say. */
  readonly partBytes?: number | undefined
}

/** How long a broker may wait, and how much it may send. It sends the first batch that there is, however large. */
export interface FetchLimits {
  /** Milliseconds that it waits until there is something. */
  readonly wait: number
  /** Bytes of all partitions together, and of one. */
  readonly bytes: number
  readonly partBytes: number
}

/** What a broker sent of a partition of a topic. */
export interface FetchedOfTopic extends FetchedPartition {
  readonly topic: string
}

/** What a broker has sent. */
export interface Answered {
  readonly parts: readonly FetchedOfTopic[]
  /** Nobody reads the records any more, or the messages in them: the next answer may get their memory. */
  readonly release: () => void
}

/** Asks a leader for records of partitions; undefined if it cannot be reached, or gives none because of an error of the whole request. */
export async function fetchFrom(
  leader: number,
  wishes: readonly FetchWish[],
  { wait, bytes, partBytes }: FetchLimits,
  cluster: Cluster
): Promise<Answered | undefined> {
  const byTopic = groupBy(wishes, ({ topic }) => topic)
  const request = {
    maxWait: wait,
    minBytes: wait === 0 ? 0 : 1,
    maxBytes: bytes,
    topics: [...byTopic].map(([topic, each]) => ({
      topic,
      partitions: each.map(({ partition, position, partBytes: maxBytes = partBytes }) => ({
        partition,
        offset: position,
        maxBytes
      }))
    }))
  }
  try {
    const node = await cluster.node(leader, 'fetch')
    const { error, topics } = await node.request(fetch, request, wait)
    const parts = topics.flatMap(({ topic, partitions }) => partitions.map((each) => ({ topic, ...each })))
    // An error of the whole request, with nothing in it, must not be asked again without a pause. Errors of partitions say more.
    const isEmpty = parts.every((each) => each.error === ERROR.none && each.records.length === 0)
    if (error !== ERROR.none && isEmpty) return undefined
    // All parts are views of one answer.
    const [first] = parts
    return { parts, release: () => first && node.release(first.records) }
  } catch (error) {
    if (!(error instanceof LostNodeError)) throw error
    return undefined
  }
}
