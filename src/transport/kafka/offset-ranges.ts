import { EARLIEST, LATEST } from './api/list-offsets.js'
import type { Cluster } from './cluster.js'
import { isPassing } from './error-codes.js'
import { leaderOffsets, type Patience } from './leader-offsets.js'
import type { PartitionName } from './partition-name.js'
import type { Topics } from './topics.js'

/** Which offsets a partition has: from `start` to before `end`. */
export interface OffsetRange {
  readonly start: number
  readonly end: number
}

/** A partition may have no leader for a moment. A look at many topics does not wait longer for a few. */
const BRIEF: Patience = { tries: 3, isPassing, onGone: () => {} }

/**
 * The offsets of each partition, with one or two questions to each leader. A partition without a leader, or of which the broker says nothing,
 * is left out.
 * @returns by `nameOf`
 */
export async function offsetRanges(
  partitions: readonly PartitionName[],
  cluster: Cluster,
  topics: Topics
): Promise<ReadonlyMap<string, OffsetRange>> {
  const [starts, ends] = await Promise.all([
    leaderOffsets(partitions, EARLIEST, cluster, topics, BRIEF),
    leaderOffsets(partitions, LATEST, cluster, topics, BRIEF)
  ])
  const ranges = new Map<string, OffsetRange>()
  for (const [name, end] of ends) {
    const start = starts.get(name)
    if (start !== undefined) ranges.set(name, { start: Math.min(start, end), end })
  }
  return ranges
}
