import { describe, expect, test } from 'vitest'
import type { ChannelCatalogue } from '../../src/core/catalogue/channel-catalogue.js'
import { formatListing, type ListingForm } from '../../src/ui/channel-listing.js'
import { CHANNEL_ORDERS } from '../../src/ui/channel-rows.js'
import { summaryLines } from '../../src/ui/channel-table.js'
import { createTheme } from '../../src/ui/theme.js'
import { messageOn, observed } from '../support/observed.js'

function listed(
  catalogue: ChannelCatalogue,
  form: Partial<ListingForm> = {},
  now = 1,
  columns = 80
): string[] {
  const { separator } = catalogue
  const whole = { json: false, schema: false, tree: false, order: 'name', separator, ...form } as const
  const pieces = [...formatListing(catalogue.families(), now, whole, { theme: createTheme(0), columns })]
  return pieces.join('').trimEnd().split('\n')
}

const SECOND = 1_000_000

/** The first column of the lines below the head. */
const labels = (lines: readonly string[]) => lines.slice(1).map((line) => /^ *\S+( \(\d+\))?/.exec(line)?.[0])

const DEVICES = ['plant.north/1.temp', 'plant.north/2.temp', 'plant.north/3.temp', 'plant', 'plant..x/y']

describe('channels whose levels a dot divides', () => {
  const catalogue = observed(
    DEVICES.map((name) => messageOn(name, '1')),
    { separator: '.' }
  )

  test('are in a table by their addresses', () => {
    expect(labels(listed(catalogue))).toEqual(['plant', 'plant..x/y', 'plant.{north_id}.temp (3)'])
  })

  test('are a tree of levels, in which a slash is a character like any other', () => {
    expect(labels(listed(catalogue, { tree: true }))).toEqual([
      'plant',
      '  (empty).',
      '    x/y',
      '  {north_id}.',
      '    temp (3)'
    ])
  })

  test('are lines of JSON with whole levels as the values of parameters', () => {
    const [first, ...others] = listed(catalogue, { json: true }).map((line) => JSON.parse(line))
    expect(first).not.toHaveProperty('parameters')
    expect(others.at(-1)).toMatchObject({
      channel: 'plant.north/3.temp',
      address: 'plant.{north_id}.temp',
      parameters: { north_id: 'north/3' }
    })
  })
})

describe('channels that a broker lists and that no message came on', () => {
  const catalogue = observed([
    { ...messageOn('busy', '1'), time: SECOND },
    messageOn('calm', 'x', { mqtt: { retain: true } }),
    messageOn('void', '', { mqtt: { retain: true } })
  ])
  catalogue.list([{ name: 'a.b' }, { name: 'a.c' }, { name: 'calm' }], SECOND)
  const now = 3 * SECOND

  test('have neither age nor kind in the table, and are the last ones unless sorted by name', () => {
    expect(listed(catalogue, {}, now)).toEqual([
      'channel  messages   rate    bytes  age  payload',
      'a.b             0  0.0/s  0 bytes',
      'a.c             0  0.0/s  0 bytes',
      'busy            1  0.5/s   1 byte  2 s  json',
      'calm            1  0.0/s   1 byte  3 s  text     retained',
      'void            1  0.0/s  0 bytes  3 s  empty'
    ])
    for (const order of CHANNEL_ORDERS.filter((name) => name !== 'name')) {
      expect(labels(listed(catalogue, { order }, now)).slice(3), order).toEqual(['a.b', 'a.c'])
      const lines = listed(catalogue, { order, json: true }, now).map((line) => JSON.parse(line).channel)
      expect(lines.slice(3), order).toEqual(['a.b', 'a.c'])
    }
  })

  test('have neither age nor kind in the tree', () => {
    expect(listed(catalogue, { tree: true }, now)[1]).toBe('a.b             0  0.0/s  0 bytes')
  })

  test('have neither times nor example in a line of JSON, and no schema', () => {
    expect(JSON.parse(listed(catalogue, { json: true }, now)[0] ?? '')).toEqual({
      channel: 'a.b',
      count: 0,
      live: 0,
      rate: 0,
      averageRate: 0,
      bytes: 0,
      retained: false,
      qos: [],
      kinds: [],
      examined: 0
    })
    expect(listed(catalogue, { schema: true }, now).map((line) => JSON.parse(line).title)).toEqual(['busy'])
  })

  test('in a family, they take no age from the others', () => {
    const devices = observed([{ ...messageOn('d/1', '1'), time: SECOND }])
    devices.list([{ name: 'd/2' }, { name: 'd/3' }], SECOND)
    expect(listed(devices, {}, now)[1]).toBe('d/{d_id} (3)         1  0.5/s  1 byte  2 s  json')
  })

  test('count as channels in the summary and not as messages; those beyond the maximum are warned of', () => {
    const { summary, warnings } = summaryLines(catalogue, now)
    expect(summary).toBe('5 channels, 3 messages, 2 bytes in 2 s')
    expect(warnings).toEqual([])
    const full = observed([], { maxChannels: 1 })
    full.list([{ name: 'a' }, { name: 'b' }], 0)
    expect(summaryLines(full, 0)).toEqual({
      summary: '1 channel, 0 messages, 0 bytes in 0 ms',
      warnings: ['1 channel that the broker lists is beyond the maximum; raise it: --max-channels']
    })
  })
})

describe('a name that is too long for the screen', () => {
  const long = `a/${'very-long-'.repeat(12)}name`
  const names = ['a/b', 'a/middling', long]
  const catalogue = observed(names.map((name) => messageOn(name, '1')))

  test('is there as a whole, and moves only the figures of its own line', () => {
    expect(listed(catalogue)).toEqual([
      'channel     messages   rate   bytes   age  payload',
      'a/b                1  1.0/s  1 byte  0 ms  json',
      'a/middling         1  1.0/s  1 byte  0 ms  json',
      `${long}         1  1.0/s  1 byte  0 ms  json`
    ])
    expect(listed(catalogue, { tree: true })).toEqual([
      'channel     messages   rate   bytes   age  payload',
      'a/',
      '  b                1  1.0/s  1 byte  0 ms  json',
      '  middling         1  1.0/s  1 byte  0 ms  json',
      `  ${long.slice(2)}         1  1.0/s  1 byte  0 ms  json`
    ])
  })

  test('is a column like any other where the screen is wide enough', () => {
    const [head = '', first = ''] = listed(catalogue, {}, 1, 200)
    expect(head.indexOf('messages')).toBe(long.length + 2)
    expect(first.length).toBe(listed(catalogue, {}, 1, 200).at(-1)?.length)
  })
})

test('names of wide characters leave the figures in their columns', () => {
  const catalogue = observed([messageOn('房間/溫度', '1'), messageOn('room/temperature', '1')])
  expect(listed(catalogue)).toEqual([
    'channel           messages   rate   bytes   age  payload',
    'room/temperature         1  1.0/s  1 byte  0 ms  json',
    '房間/溫度                1  1.0/s  1 byte  0 ms  json'
  ])
})

test('where a slash divides levels, a dot divides nothing', () => {
  const catalogue = observed([messageOn('a/b.c', '1'), messageOn('a/d', '1')])
  expect(catalogue.separator).toBe('/')
  expect(labels(listed(catalogue, { tree: true }))).toEqual(['a/', '  b.c', '  d'])
})
