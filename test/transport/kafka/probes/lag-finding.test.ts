import { expect, it } from 'vitest'
import { lagFinding } from '../../../../src/transport/kafka/probes/lag-finding.js'

const lagging = (topic: string, partition: number, lag: number) => ({
  topic,
  partition,
  committed: 5,
  end: 5 + lag
})

it('the lag of a group is told by partition, the largest first, and with who reads what', () => {
  const partitions = [lagging('a', 0, 1), lagging('a', 1, 7), lagging('b', 0, 0)]
  const members = [
    { client: 'one', host: '10.0.0.1', partitions },
    { client: 'two', host: '10.0.0.2', partitions: [] }
  ]
  const { lines } = lagFinding('g', { state: 'Stable', members, partitions })
  expect(lines).toEqual([
    ['Group', 'g: 8 messages to read, 2 members (Stable)'],
    ['  partition', '1 of a: 7 messages to read (next offset 5, end 12)'],
    ['  partition', '0 of a: 1 message to read (next offset 5, end 6)'],
    ['  partition', '0 of b: 0 messages to read (next offset 5, end 5)'],
    ['  member', 'one at 10.0.0.1, partitions 0, 1 of a; 0 of b'],
    ['  member', 'two at 10.0.0.2, no partition']
  ])
})

it('people are shown the first of many, with the sum of each topic', () => {
  const partitions = Array.from({ length: 1000 }, (_, at) => lagging(`t${at % 2}`, at, at))
  const { lines } = lagFinding('g', {
    state: 'Stable',
    members: [{ client: 'one', host: 'h', partitions }],
    partitions
  })
  const labels = lines.map(([label]) => label)
  expect(labels.filter((label) => label === '  topic')).toHaveLength(2)
  expect(labels.filter((label) => label === '  partition')).toHaveLength(20)
  expect(lines).toContainEqual(['  and', '980 further partitions'])
  expect(lines.at(-1)?.[1]).toContain('980 further partitions')
})
