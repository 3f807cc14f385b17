import type { OfTopic } from './api/api.js'
import { type ListedOffset, listOffsets, type OffsetWish } from './api/list-offsets.js'
import type { Cluster } from './cluster.js'
import { ERROR } from './error-codes.js'
import { groupBy } from './group-by.js'
import { LostNodeError } from './node-connection.js'
import { nameOf, type PartitionName, placeOf } from './partition-name.js'
import type { Topics } from './topics.js'

/** Partitions that one request asks for: what is made for the answer of 10,000 outlives collections of garbage, and takes 20 MB. */
const AT_ONCE = 1000

/** How long somebody goes on to ask for offsets that are not known at once. What it throws ends the asking. */
export interface Patience {
  /** How often leaders are asked at most, with a look at the cluster between. */
  readonly tries: number
  /** Whether to ask for this partition again after this error. */
  isPassing(code: number, place: PartitionName): boolean
  /** The topic of a partition is not there any more. It is left out. */
  onGone(place: PartitionName): void
}

/**
 * The offset of the first record at a time or later in each partition, -1 where there is none; asks the leaders. Partitions are left out
 * that patience gives up.
 * @param timestamp milliseconds since 1970, LATEST or EARLIEST
 * @returns by `nameOf`. Rejects once the cluster has ended.
 */
export async function leaderOffsets(
  partitions: readonly PartitionName[],
  timestamp: number,
  cluster: Cluster,
  topics: Topics,
  { tries, isPassing, onGone }: Patience
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  let left = partitions
  for (let tried = 0; tried < tries && left.length > 0; tried++) {
    if (tried > 0) {
      await topics.refresh()
      cluster.signal.throwIfAborted()
      const isGone = ({ topic }: PartitionName) => topics.known(topic) === undefined
      left.filter(isGone).forEach(onGone)
      left = left.filter((each) => !isGone(each))
    }
    const open = new Set(left.map(nameOf))
    const byLeader = groupBy(left, ({ topic, partition }) => topics.leader(topic, partition))
    await Promise.all(
      [...byLeader].map(async ([leader, wanted]) => {
        if (leader < 0) return
        for (let at = 0; at < wanted.length; at += AT_ONCE)
          for (const answer of await askLeader(leader, wanted.slice(at, at + AT_ONCE), timestamp, cluster))
            if (answer.error === ERROR.none) {
              if (cluster.troubles.areAny) cluster.troubles.over(`read ${placeOf(answer)}`)
              found.set(nameOf(answer), answer.offset)
              open.delete(nameOf(answer))
            } else if (!isPassing(answer.error, answer)) open.delete(nameOf(answer))
      })
    )
    left = left.filter((each) => open.has(nameOf(each)))
  }
  return found
}

/** Asks a leader for offsets; nothing comes of one that cannot be reached. */
async function askLeader(
  leader: number,
  partitions: readonly PartitionName[],
  timestamp: number,
  cluster: Cluster
): Promise<readonly (ListedOffset & PartitionName)[]> {
  const byTopic = groupBy(partitions, ({ topic }) => topic)
  const wanted: OfTopic<OffsetWish>[] = [...byTopic].map(([topic, each]) => ({
    topic,
    partitions: each.map(({ partition }) => ({ partition, timestamp }))
  }))
  try {
    const node = await cluster.node(leader, 'group')
    const answers = await node.request(listOffsets, wanted)
    return answers.flatMap(({ topic, partitions: listed }) => listed.map((each) => ({ topic, ...each })))
  } catch (error) {
    if (!(error instanceof LostNodeError)) throw error
    return []
  }
}
