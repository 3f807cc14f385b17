import type { HistoryPosition } from '../../core/connection.js'
import { LATEST } from './api/list-offsets.js'
import type { Cluster } from './cluster.js'
import type { Fetching } from './fetching.js'
import type { KeptOffsets } from './kept-offsets.js'
import { nameOf, type PartitionName } from './partition-name.js'
import { ReadPartition } from './read-partition.js'
import { offsetsAt, startPositions } from './start-positions.js'
import type { Topics } from './topics.js'

/** Where reading begins, and whether it has an end. */
export interface ReadingWish {
  /** Where nothing is stored. */
  readonly from: HistoryPosition
  readonly untilEnd: boolean
  /** Is told where something is stored, although the user said where to begin. */
  readonly ignoredFrom?: string | undefined
  /** What is there at the start is handed over in the order of its source times. */
  readonly inOrder?: boolean
  /** Where reading begins, by `nameOf`: an offset, or LATEST. What is not here is read from its beginning. */
  readonly known?: ReadonlyMap<string, number> | undefined
}

export interface ReadingParts {
  readonly cluster: Cluster
  readonly topics: Topics
  readonly fetching: Fetching
  /** Where progress is stored; undefined where nothing stays on the cluster. */
  readonly kept: KeptOffsets | undefined
  readonly warn: (text: string) => void
}

/**
 * Begins to read partitions, at what is stored, or else where the wish says. Those that it returns as merged are left to the caller.
 * Rejects with a PartitionError.
 */
export async function beginReading(
  names: readonly PartitionName[],
  { from, untilEnd, ignoredFrom, inOrder, known }: ReadingWish,
  { cluster, topics, fetching, kept, warn }: ReadingParts
): Promise<readonly ReadPartition[]> {
  const all = (await kept?.stored(null)) ?? new Map<string, number>()
  if (all.size > 0 && ignoredFrom !== undefined) warn(ignoredFrom)
  const starts = new Map([...(known ?? []), ...all])
  const latest = names.filter((each) => starts.get(nameOf(each)) === LATEST)
  for (const [name, offset] of await startPositions(latest, 'latest', cluster, topics, warn))
    starts.set(name, offset)
  const fresh = names.filter((each) => !starts.has(nameOf(each)))
  // What was born while a session or a group was away, or since the look, is read from its beginning.
  const position = all.size > 0 || known !== undefined ? 'beginning' : from
  for (const [name, offset] of await startPositions(fresh, position, cluster, topics, warn))
    starts.set(name, offset)
  const ends = untilEnd || inOrder ? await offsetsAt(names, LATEST, cluster, topics) : undefined
  const reads = names.map((each) => {
    const name = nameOf(each)
    return new ReadPartition(each.topic, each.partition, starts.get(name) ?? 0, ends?.get(name))
  })
  await kept?.begin(reads, all)
  // One partition is in its order anyway.
  const isMerged = inOrder === true && reads.length > 1
  for (const read of reads) read.isMerged = isMerged
  fetching.add(reads)
  return reads
}
