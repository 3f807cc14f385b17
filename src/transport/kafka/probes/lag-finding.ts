import type { Finding } from '../../../core/broker-check.js'
import { jsonObject } from '../../../core/catalogue/json-tree.js'
import { counted } from '../../../core/counted.js'
import { groupBy } from '../group-by.js'
import { type GroupLag, type GroupMember, lagByTopic, lagOf, type PartitionLag } from './group-lag.js'

/** How many topics, partitions and members people are shown; JSON has all. */
const SHOWN = 20

/** How far a group has come, in words and in JSON. */
export function lagFinding(group: string, { state, members, partitions }: GroupLag): Finding {
  const lag = partitions.reduce((sum, each) => sum + lagOf(each), 0)
  return {
    name: 'group',
    value: jsonObject({
      name: group,
      state,
      lag,
      members: members.map(({ client, host, partitions: share }) =>
        jsonObject({ client, host, partitions: share.map((each) => jsonObject({ ...each })) })
      ),
      partitions: partitions.map((each) => jsonObject({ ...each, lag: lagOf(each) }))
    }),
    lines: [
      ['Group', `${group}: ${counted(lag)} to read, ${counted(members.length, 'member')} (${state})`],
      ...topicLines(partitions),
      ...partitionLines(partitions),
      ...members.slice(0, SHOWN).map((member) => ['  member', memberText(member)] as const),
      ...more(members.length, 'member')
    ]
  }
}

type Line = readonly [label: string, text: string]

/** Topics, where not all partitions are shown. */
function topicLines(partitions: readonly PartitionLag[]): Line[] {
  if (partitions.length <= SHOWN) return []
  const byTopic = lagByTopic(partitions)
  return [
    ...byTopic.slice(0, SHOWN).map(([topic, lag]): Line => ['  topic', `${topic}: ${counted(lag)} to read`]),
    ...more(byTopic.length, 'topic')
  ]
}

/** The partitions with the largest lag first. */
function partitionLines(partitions: readonly PartitionLag[]): Line[] {
  const sorted = partitions.toSorted(
    (one, other) =>
      lagOf(other) - lagOf(one) ||
      (one.topic < other.topic ? -1 : one.topic > other.topic ? 1 : one.partition - other.partition)
  )
  return [
    ...sorted
      .slice(0, SHOWN)
      .map(
        (each): Line => [
          '  partition',
          `${each.partition} of ${each.topic}: ${counted(lagOf(each))} to read (next offset ${each.committed}, end ${each.end})`
        ]
      ),
    ...more(partitions.length, 'partition')
  ]
}

function memberText({ client, host, partitions }: GroupMember): string {
  const shown = groupBy(partitions.slice(0, SHOWN), ({ topic }) => topic)
  const names = [...shown].map(
    ([topic, each]) => `${each.map(({ partition }) => partition).join(', ')} of ${topic}`
  )
  const left = partitions.length - SHOWN
  const share = [...names, ...(left > 0 ? [counted(left, 'further partition')] : [])].join('; ')
  const noun = partitions.length === 1 ? 'partition' : 'partitions'
  return `${client} at ${host}, ${share === '' ? 'no partition' : `${noun} ${share}`}`
}

const more = (count: number, noun: string): Line[] =>
  count > SHOWN ? [['  and', counted(count - SHOWN, `further ${noun}`)]] : []
