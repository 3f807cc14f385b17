import { describeGroups } from '../api/describe-groups.js'
import { offsetFetch } from '../api/group-offsets.js'
import { LATEST } from '../api/list-offsets.js'
import type { Cluster } from '../cluster.js'
import { Coordinator } from '../coordinator.js'
import { ERROR } from '../error-codes.js'
import { groupBy } from '../group-by.js'
import { decodeAssignment } from '../group-messages.js'
import { nameOf, type PartitionName } from '../partition-name.js'
import { offsetsAt } from '../start-positions.js'
import { Topics } from '../topics.js'

/** How far a group has come in a partition. */
export interface PartitionLag {
  readonly topic: string
  readonly partition: number
  /** The offset of the message that the group reads next. */
  readonly committed: number
  /** Behind the last message. */
  readonly end: number
}

/** Who reads which partitions of a group. */
export interface GroupMember {
  readonly client: string
  readonly host: string
  readonly partitions: readonly PartitionName[]
}

/** How far a group has come, and who its members are. */
export interface GroupLag {
  /** As Kafka calls it: `Stable`, `Empty`, `PreparingRebalance`; `Dead` for a group that is not there. */
  readonly state: string
  readonly members: readonly GroupMember[]
  /** Of partitions in which the group has stored something. */
  readonly partitions: readonly PartitionLag[]
}

/** How many messages a group has still to read in a partition. */
export const lagOf = ({ committed, end }: PartitionLag): number => Math.max(0, end - committed)

/**
 * Asks the cluster how far a group has come. It changes nothing, and joins no group.
 * @throws TidingsError of kind refused: this user may not use the group. PartitionError: a topic may not be looked at.
 */
export async function groupLag(group: string, cluster: Cluster): Promise<GroupLag> {
  const coordinator = new Coordinator(cluster, group)
  const [described] = await coordinator.request(describeGroups, [group], ([first]) => first?.error ?? 0)
  const stored = await coordinator.request(offsetFetch, { group, topics: null }, ({ error }) => error)
  const topics = new Topics(cluster)
  await topics.list()
  // A topic may be gone that the group has read.
  const committed = stored.topics.flatMap(({ topic, partitions }) =>
    partitions
      .filter(({ error, offset }) => error === ERROR.none && offset >= 0)
      .map(({ partition, offset }) => ({ topic, partition, committed: offset }))
      .filter((each) => topics.leader(topic, each.partition) >= 0)
  )
  const ends = await offsetsAt(committed, LATEST, cluster, topics)
  return {
    state: described?.state ?? 'Dead',
    members: (described?.members ?? []).map(({ clientId, clientHost, assignment }) => ({
      client: clientId,
      host: clientHost.replace(/^\//, ''),
      partitions: assignedIn(assignment)
    })),
    partitions: committed.map((each) => ({ ...each, end: ends.get(nameOf(each)) ?? each.committed }))
  }
}

/** Members of other kinds have assignments of other kinds. */
function assignedIn(assignment: Buffer): PartitionName[] {
  try {
    return decodeAssignment(assignment)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return []
  }
}

/** The lag of each topic, the largest first. */
export function lagByTopic(partitions: readonly PartitionLag[]): (readonly [topic: string, lag: number])[] {
  return [...groupBy(partitions, ({ topic }) => topic)]
    .map(([topic, each]) => [topic, each.reduce((sum, one) => sum + lagOf(one), 0)] as const)
    .sort(([, one], [, other]) => other - one)
}
