import type { MemberSubscription } from './group-messages.js'
import { nameOf, type PartitionName } from './partition-name.js'

export interface Member extends MemberSubscription {
  readonly member: string
}

/**
 * Shares partitions among members, as Kafka's cooperative sticky assignor does: the numbers differ by one at most among members with the same
 * topics; a member keeps what it has as far as that goes; and a partition that changes hands is given to nobody, until its owner has let go
 * of it and the members have joined again.
 * @param partitions all partitions of the topics that some member has subscribed to
 */
export function assignPartitions(
  members: readonly Member[],
  partitions: readonly PartitionName[]
): ReadonlyMap<string, readonly PartitionName[]> {
  const owners = ownersOf(members, partitions)
  const shares = new Map(members.map(({ member }) => [member, [] as PartitionName[]]))
  const homeless: PartitionName[] = []
  const wanting = new Map<string, Member[]>()
  for (const member of members)
    for (const topic of new Set(member.topics)) wanting.set(topic, [...(wanting.get(topic) ?? []), member])
  for (const partition of partitions) {
    const owner = owners.get(nameOf(partition))
    if (owner === undefined) homeless.push(partition)
    else shares.get(owner)?.push(partition)
  }
  const sizeOf = ({ member }: Member) => shares.get(member)?.length ?? 0
  for (const partition of homeless) {
    const poorest = least(wanting.get(partition.topic) ?? [], sizeOf)
    if (poorest !== undefined) shares.get(poorest.member)?.push(partition)
  }
  balance(members, shares, wanting, sizeOf)
  for (const [member, share] of shares)
    shares.set(
      member,
      share.filter((partition) => {
        const owner = owners.get(nameOf(partition))
        return owner === undefined || owner === member
      })
    )
  return shares
}

/** Who has each partition and may keep it. What two members claim belongs to neither. */
function ownersOf(
  members: readonly Member[],
  partitions: readonly PartitionName[]
): ReadonlyMap<string, string> {
  const known = new Set(partitions.map(nameOf))
  const owners = new Map<string, string>()
  const contested = new Set<string>()
  for (const { member, owned, topics } of members)
    for (const partition of owned) {
      const name = nameOf(partition)
      if (!known.has(name) || !topics.includes(partition.topic)) continue
      if (owners.has(name)) contested.add(name)
      owners.set(name, member)
    }
  for (const name of contested) owners.delete(name)
  return owners
}

/** Moves partitions from who has most to who has least, as long as they differ by more than one. */
function balance(
  members: readonly Member[],
  shares: Map<string, PartitionName[]>,
  wanting: ReadonlyMap<string, readonly Member[]>,
  sizeOf: (member: Member) => number
): void {
  for (const rich of [...members].sort((a, b) => sizeOf(b) - sizeOf(a))) {
    const share = shares.get(rich.member) ?? []
    for (let at = share.length - 1; at >= 0; at--) {
      const partition = share[at]
      const poor = partition && least(wanting.get(partition.topic) ?? [], sizeOf)
      if (poor === undefined || share.length - sizeOf(poor) < 2) continue
      share.splice(at, 1)
      shares.get(poor.member)?.push(partition as PartitionName)
    }
  }
}

function least(members: readonly Member[], sizeOf: (member: Member) => number): Member | undefined {
  let found: Member | undefined
  for (const member of members) if (found === undefined || sizeOf(member) < sizeOf(found)) found = member
  return found
}
