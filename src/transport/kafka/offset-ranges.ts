import { EARLIEST, LATEST } from './api/list-offsets.js'
import type { Cluster } from './cluster.js'
import { ERROR, isPassing } from './error-codes.js'
import { groupBy } from './group-by.js'
import { askLeader, nameOf, type PartitionName } from './start-positions.js'
import type { Topics } from './topics.js'

/** Which offsets a partition has: from `start` to before `end`. */
export interface OffsetRange {
  readonly start: number
  readonly end: number
}

/** How often leaders are asked: a partition may have none for a moment. */
const TRIES = 3

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
    offsetsNow(partitions, EARLIEST, cluster, topics),
    offsetsNow(partitions, LATEST, cluster, topics)
  ])
  const ranges = new Map<string, OffsetRange>()
  for (const [name, end] of ends) {
    const start = starts.get(name)
    if (start !== undefined) ranges.set(name, { start: Math.min(start, end), end })
  }
  return ranges
}

async function offsetsNow(
  partitions: readonly PartitionName[],
  timestamp: number,
  cluster: Cluster,
  topics: Topics
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  let left = partitions
  for (let tries = 0; tries < TRIES && left.length > 0; tries++) {
    if (tries > 0) await topics.refresh()
    const again = new Set(left.map(nameOf))
    const byLeader = groupBy(left, ({ topic, partition }) => topics.leader(topic, partition))
    await Promise.all(
      [...byLeader].map(async ([leader, wanted]) => {
        if (leader < 0) return
        for (const answer of await askLeader(leader, wanted, timestamp, cluster)) {
          if (answer.error === ERROR.none) found.set(nameOf(answer), answer.offset)
          if (!isPassing(answer.error)) again.delete(nameOf(answer))
        }
      })
    )
    left = left.filter((each) => again.has(nameOf(each)))
  }
  return found
}
