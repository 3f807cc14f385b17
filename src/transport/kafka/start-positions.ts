import type { HistoryPosition } from '../../core/connection.js'
import { EARLIEST, LATEST } from './api/list-offsets.js'
import type { Cluster } from './cluster.js'
import { ERROR, errorWords, isPassing } from './error-codes.js'
import { leaderOffsets } from './leader-offsets.js'
import { nameOf, type PartitionName, placeOf } from './partition-name.js'
import { beyondEndNotice, type EarlyEnd } from './reading-notices.js'
import type { Topics } from './topics.js'

/** A question to a broker about a partition failed, and asking again would not help. */
export class PartitionError extends Error {
  constructor(
    readonly code: number,
    readonly place: PartitionName
  ) {
    super(errorWords(code))
  }
}

/**
 * The offset of the first record at a time or later in each partition, -1 where there is none. Asks the leaders until all have answered.
 * @param timestamp milliseconds since 1970, LATEST or EARLIEST
 * @returns by `nameOf`. Rejects with a PartitionError.
 */
export function offsetsAt(
  partitions: readonly PartitionName[],
  timestamp: number,
  cluster: Cluster,
  topics: Topics
): Promise<ReadonlyMap<string, number>> {
  return leaderOffsets(partitions, timestamp, cluster, topics, {
    tries: Number.POSITIVE_INFINITY,
    isPassing: (code, place) => {
      // A leader may not have heard of a new topic yet.
      if (!isPassing(code) && code !== ERROR.unknownTopicOrPartition) throw new PartitionError(code, place)
      cluster.troubles.met(`read ${placeOf(place)}`, errorWords(code))
      return true
    },
    onGone: (place) => {
      throw new PartitionError(ERROR.unknownTopicOrPartition, place)
    }
  })
}

/**
 * The offset at which reading begins in each partition, by `nameOf`. Rejects with a PartitionError.
 * @param warn is told where a partition ends before the offset that is asked for
 */
export async function startPositions(
  partitions: readonly PartitionName[],
  from: HistoryPosition,
  cluster: Cluster,
  topics: Topics,
  warn: (text: string) => void
): Promise<ReadonlyMap<string, number>> {
  const ask = (timestamp: number) => offsetsAt(partitions, timestamp, cluster, topics)
  if (from === 'latest') return ask(LATEST)
  if (from === 'beginning') return ask(EARLIEST)
  const ends = await ask(LATEST)
  if ('time' in from) {
    const times = await ask(Math.ceil(from.time / 1000))
    return mapped(times, (offset, name) => (offset < 0 ? (ends.get(name) ?? 0) : offset))
  }
  if ('offset' in from) {
    const early = partitions.flatMap((place): EarlyEnd[] => {
      const end = ends.get(nameOf(place)) ?? 0
      return end < from.offset ? [{ ...place, end }] : []
    })
    const notice = beyondEndNotice(early, from.offset)
    if (notice !== undefined) warn(notice)
  }
  const beginnings = await ask(EARLIEST)
  return mapped(ends, (end, name) => {
    const wanted = 'last' in from ? end - from.last : from.offset
    return Math.min(end, Math.max(beginnings.get(name) ?? 0, wanted))
  })
}

const mapped = (
  offsets: ReadonlyMap<string, number>,
  change: (offset: number, name: string) => number
): ReadonlyMap<string, number> => new Map([...offsets].map(([name, offset]) => [name, change(offset, name)]))
