import type { HistoryPosition } from '../../core/connection.js'
import { LATEST } from './api/list-offsets.js'
import type { Cluster } from './cluster.js'
import type { Fetching } from './fetching.js'
import type { KeptOffsets } from './kept-offsets.js'
import { ReadPartition } from './read-partition.js'
import { nameOf, offsetsAt, type PartitionName, startPositions } from './start-positions.js'
import type { Topics } from './topics.js'

/** Where reading begins, and whether it has an end. */
export interface ReadingWish {
  /** Where nothing is stored. */
  readonly from: HistoryPosition
  readonly untilEnd: boolean
}

export interface ReadingParts {
  readonly cluster: Cluster
  readonly topics: Topics
  readonly fetching: Fetching
  /** Where progress is stored; undefined where nothing stays on the cluster. */
  readonly kept: KeptOffsets | undefined
}

/** Begins to read partitions, at what is stored, or else where the wish says. Rejects with a PartitionError. */
export async function beginReading(
  names: readonly PartitionName[],
  { from, untilEnd }: ReadingWish,
  { cluster, topics, fetching, kept }: ReadingParts
): Promise<void> {
  const all = (await kept?.stored(null)) ?? new Map<string, number>()
  const isStored = (each: PartitionName) => all.has(nameOf(each))
  const fresh = names.filter((each) => !isStored(each))
  // What was born while a session or a group was away is read from its beginning.
  const position = all.size > 0 ? 'beginning' : from
  const starts = await startPositions(fresh, position, cluster, topics)
  const ends = untilEnd ? await offsetsAt(names, LATEST, cluster, topics) : undefined
  const reads = names.map((each) => {
    const name = nameOf(each)
    return new ReadPartition(
      each.topic,
      each.partition,
      all.get(name) ?? starts.get(name) ?? 0,
      ends?.get(name)
    )
  })
  await kept?.begin(reads, all)
  fetching.add(reads)
}
