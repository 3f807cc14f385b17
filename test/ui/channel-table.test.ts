import { describe, expect, it } from 'vitest'
import type { ChannelRow } from '../../src/ui/channel-rows.js'
import { formatChannelTable, formatChannelTree, summaryLines } from '../../src/ui/channel-table.js'
import { createTheme } from '../../src/ui/theme.js'
import { messageOn, observed } from '../support/observed.js'

const plain = { theme: createTheme(0), columns: 200 }
const row = (address: string, more: Partial<ChannelRow> = {}): ChannelRow => ({
  address,
  channels: 1,
  count: 12_345,
  seen: 12_345,
  rate: 1.25,
  bytes: 999,
  age: 2_000_000,
  retained: false,
  kinds: ['json'],
  ...more
})
const labelsOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/(?<=\S) {2,}\S.*$/, ''))

describe('a table', () => {
  it('has a head and a line for each row, in columns', () => {
    const text = formatChannelTable(
      [row('a'), row('long/name', { count: 1, rate: 1234.5, retained: true })],
      plain
    )
    const [head = '', first = '', second = ''] = text.split('\n')
    expect(head).toMatch(/^channel +messages +rate +bytes +age +payload$/)
    expect(first).toMatch(/^a +12,345 +1\.[23]\/s +999 bytes +2 s +json$/)
    expect(second).toMatch(/^long\/name +1 +1,235\/s +999 bytes +2 s +json +retained$/)
    const end = head.indexOf('messages') + 'messages'.length
    for (const line of [first, second]) expect(line.slice(0, end)).toMatch(/\d$/)
  })

  it('says of how many channels a family is, and leaves the age away where nothing came', () => {
    const text = formatChannelTable(
      [row('lamp/{id}', { channels: 1200, age: Number.POSITIVE_INFINITY })],
      plain
    )
    expect(text).toContain('lamp/{id} (1,200)')
    expect(text).not.toContain('2 s')
  })

  it('leaves out bytes and rate where the broker counts messages that nobody has looked at', () => {
    const counted = { count: 2_000_000, seen: 10, bytes: 2500, rate: 0 }
    const [, first = '', second = ''] = formatChannelTable(
      [row('a', counted), row('b', { ...counted, rate: 20 })],
      plain
    ).split('\n')
    expect(first).toMatch(/^a +2,000,000 +2 s +json$/)
    expect(second).toMatch(/^b +2,000,000 +20.0\/s +2 s +json$/)
  })

  it('shows nothing that a terminal would obey', () => {
    expect(formatChannelTable([row('a\x1b[2J')], plain)).not.toContain('\x1b')
  })
})

describe('a tree', () => {
  it('has each level once, and figures where there is a channel', () => {
    const text = formatChannelTree([row('a/b'), row('a'), row('a/c/d')], plain, '/')
    expect(labelsOf(text)).toEqual(['a', '  b', '  c/', '    d'])
  })

  it('keeps what is below one level together, in the order of the first row of each', () => {
    const text = formatChannelTree([row('b/x'), row('a/x'), row('b/y')], plain, '/')
    expect(labelsOf(text)).toEqual(['b/', '  x', '  y', 'a/', '  x'])
  })

  it('names a level that is empty', () => {
    expect(labelsOf(formatChannelTree([row('/a')], plain, '/'))).toEqual(['(empty)/', '  a'])
  })
})

describe('the summary', () => {
  it('counts what was seen', () => {
    const catalogue = observed([messageOn('a', 'xx'), messageOn('b', 'xxx')], { startedAt: 0 })
    const { summary, warnings } = summaryLines(catalogue, 5_000_000)
    expect(summary).toContain('2 channels, 2 messages, 5 bytes in 5 s')
    expect(warnings).toEqual([])
  })

  it('warns of what was beyond the bounds', () => {
    const catalogue = observed([messageOn('a', ''), messageOn('b', '')], { maxChannels: 1 })
    catalogue.list([{ name: 'c' }], 1)
    const { warnings } = summaryLines(catalogue, 1)
    expect(warnings).toHaveLength(2)
    for (const text of warnings) expect(text).toContain('--max-channels')
  })

  it('says on how many messages schemas are based where not all were examined', () => {
    const catalogue = observed(
      Array.from({ length: 50 }, () => messageOn('a', '{"a":1}')),
      { examinedPerSecond: 20 }
    )
    expect(summaryLines(catalogue, 1).summary).toContain('schemas are based on')
  })
})

describe('the sum of channels of which the broker has said what it keeps', () => {
  it('says how many messages were looked at', () => {
    const catalogue = observed([], { startedAt: 0 })
    catalogue.list(
      [
        { name: 'a', partitions: 1, stored: 12_345 },
        { name: 'b', partitions: 3, stored: 0 }
      ],
      0
    )
    catalogue.observeStored([messageOn('a', '1', { sourceTime: 1 })])
    expect(summaryLines(catalogue, 1_000_000).summary).toBe(
      '2 channels with 12,345 messages, 1 of them looked at, 1 byte in 1 s'
    )
  })
})
