import type { Finding } from '../../../core/broker-check.js'
import { jsonObject } from '../../../core/catalogue/json-tree.js'
import { counted } from '../../../core/counted.js'
import type { Answer } from './asking.js'
import { type GroupLag, lagByTopic, lagOf } from './group-lag.js'

/** How many topics and members people are shown; JSON has all. */
const SHOWN = 20

/** How far a group has come, in words and in JSON. */
export function lagFinding(group: string, answer: Answer<GroupLag>): Finding {
  const name = 'group'
  if ('note' in answer)
    return {
      name,
      value: jsonObject({ name: group, lag: null, note: answer.note }),
      lines: [['Group', `${group}: unknown: ${answer.note}`]]
    }
  const { state, members, partitions } = answer.value
  if (state === 'Dead' && partitions.length === 0)
    return {
      name,
      value: jsonObject({ name: group, state, lag: null }),
      lines: [['Group', `${group}: there is no such group`]]
    }
  const lag = partitions.reduce((sum, each) => sum + lagOf(each), 0)
  const byTopic = lagByTopic(partitions)
  return {
    name,
    value: jsonObject({
      name: group,
      state,
      lag,
      members: members.map((member) => jsonObject({ ...member })),
      partitions: partitions.map((each) => jsonObject({ ...each, lag: lagOf(each) }))
    }),
    lines: [
      ['Group', `${group}: ${counted(lag)} to read, ${counted(members.length, 'member')} (${state})`],
      ...byTopic
        .slice(0, SHOWN)
        .map(([topic, count]) => ['  topic', `${topic}: ${counted(count)} to read`] as const),
      ...more(byTopic.length, 'topic'),
      ...members
        .slice(0, SHOWN)
        .map(
          ({ client, host, partitions: share }) =>
            ['  member', `${client} at ${host}, ${counted(share, 'partition')}`] as const
        ),
      ...more(members.length, 'member')
    ]
  }
}

const more = (count: number, noun: string): (readonly [string, string])[] =>
  count > SHOWN ? [['  and', `${counted(count - SHOWN, `further ${noun}`)}`]] : []
