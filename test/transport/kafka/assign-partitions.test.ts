import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignPartitions, type Member } from '../../../src/transport/kafka/assign-partitions.js'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription
} from '../../../src/transport/kafka/group-messages.js'
import { nameOf, type PartitionName } from '../../../src/transport/kafka/partition-name.js'

const partitionsOf = (topic: string, count: number): PartitionName[] =>
  Array.from({ length: count }, (_, partition) => ({ topic, partition }))

/** Members join again until nobody has to let go of a partition, as the broker makes them do. */
function settled(members: readonly Member[], partitions: readonly PartitionName[]) {
  let current = members
  for (let round = 0; round < 10; round++) {
    const shares = assignPartitions(current, partitions)
    const next = current.map((each) => ({ ...each, owned: shares.get(each.member) ?? [] }))
    if (JSON.stringify(next) === JSON.stringify(current)) return { shares, rounds: round }
    current = next
  }
  throw new Error('the members never come to rest')
}

const sizes = (shares: ReadonlyMap<string, readonly PartitionName[]>) =>
  [...shares.values()].map(({ length }) => length)

describe('the sharing of partitions', () => {
  it('gives each partition to one member, and all members as many, give or take one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 60 }), (count, size) => {
        const partitions = partitionsOf('orders', size)
        const members = Array.from({ length: count }, (_, at) => ({
          member: `m${at}`,
          topics: ['orders'],
          owned: []
        }))
        const { shares } = settled(members, partitions)
        expect([...shares.values()].flat().map(nameOf).sort()).toEqual(partitions.map(nameOf).sort())
        expect(Math.max(...sizes(shares)) - Math.min(...sizes(shares))).toBeLessThanOrEqual(1)
      })
    )
  })

  it('lets members keep what they have when another comes, and takes only what that one needs', () => {
    const partitions = partitionsOf('orders', 6)
    const before: Member[] = [
      { member: 'a', topics: ['orders'], owned: partitions.slice(0, 3) },
      { member: 'b', topics: ['orders'], owned: partitions.slice(3) },
      { member: 'c', topics: ['orders'], owned: [] }
    ]
    const first = assignPartitions(before, partitions)
    // Nobody gets what another still has.
    expect(sizes(first)).toEqual([2, 2, 0])
    const { shares } = settled(before, partitions)
    expect(sizes(shares)).toEqual([2, 2, 2])
    for (const { member, owned } of before.slice(0, 2))
      for (const each of shares.get(member) ?? []) expect(owned).toContainEqual(each)
  })

  it('gives a partition that two members claim to neither at first', () => {
    const partitions = partitionsOf('orders', 1)
    const members = ['a', 'b'].map((member) => ({ member, topics: ['orders'], owned: partitions }))
    expect([...assignPartitions(members, partitions).values()].flat()).toHaveLength(1)
  })

  it('gives a member only partitions of its topics', () => {
    const partitions = [...partitionsOf('orders', 4), ...partitionsOf('users', 4)]
    const members = [
      { member: 'a', topics: ['orders'], owned: [] },
      { member: 'b', topics: ['orders', 'users'], owned: [] }
    ]
    const { shares } = settled(members, partitions)
    expect(shares.get('a')?.every(({ topic }) => topic === 'orders')).toBe(true)
    expect([...shares.values()].flat()).toHaveLength(8)
    expect(sizes(shares)).toEqual([4, 4])
  })

  it('comes back from its bytes as it was', () => {
    const owned = [...partitionsOf('orders', 3), ...partitionsOf('ü', 1)]
    expect(decodeSubscription(encodeSubscription({ topics: ['a', 'b'], owned }))).toEqual({
      topics: ['a', 'b'],
      owned
    })
    expect(decodeAssignment(encodeAssignment(owned))).toEqual(owned)
    expect(decodeAssignment(Buffer.alloc(0))).toEqual([])
  })
})
