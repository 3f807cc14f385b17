import { describe, expect, it } from 'vitest'
import { ageOf, channelRows, sortRows } from '../../src/ui/channel-rows.js'
import { messageOn, observed } from '../support/observed.js'

const SECOND = 1_000_000

describe('a row', () => {
  it('adds up the channels of a family', () => {
    const catalogue = observed(
      [
        messageOn('lamp/1/on', '1', { time: SECOND }),
        messageOn('lamp/2/on', 'true', { time: 3 * SECOND }),
        messageOn('lamp/3/on', 'null', { time: 2 * SECOND, mqtt: { retain: true } })
      ],
      { startedAt: 0 }
    )
    const [row, ...others] = channelRows(catalogue.families({}), 4 * SECOND, 'name')
    expect(others).toEqual([])
    expect(row).toMatchObject({
      address: 'lamp/{lamp_id}/on',
      channels: 3,
      count: 3,
      bytes: 9,
      age: SECOND,
      retained: true,
      kinds: ['json'],
      // What the broker had kept is no traffic.
      rate: 2 / 4
    })
  })
})

describe('rows', () => {
  const row = (address: string, count: number, age: number) => ({
    address,
    count,
    rate: count,
    bytes: count,
    age
  })
  const rows = [row('c', 1, 3), row('a', 0, Number.POSITIVE_INFINITY), row('b', 5, 9), row('d', 1, 2)]

  it.each([
    ['name', ['a', 'b', 'c', 'd']],
    ['count', ['b', 'c', 'd', 'a']],
    ['rate', ['b', 'c', 'd', 'a']],
    ['bytes', ['b', 'c', 'd', 'a']],
    ['age', ['d', 'c', 'b', 'a']]
  ] as const)('by %s are in the order %j', (order, addresses) => {
    expect(sortRows(rows, order).map(({ address }) => address)).toEqual(addresses)
  })
})

it('channels on which nothing came are behind those on which only retained messages came', () => {
  const rows = [0, 1].map((count) => ({ address: `${count}`, count, rate: 0, bytes: 0, age: 1 }))
  for (const order of ['rate', 'bytes', 'age'] as const)
    expect(sortRows(rows, order).map(({ count }) => count)).toEqual([1, 0])
})

it('the age of a channel is never negative, and infinite while nothing came', () => {
  expect([ageOf({ lastSeen: 7 }, 9), ageOf({ lastSeen: 9 }, 7), ageOf({ lastSeen: undefined }, 7)]).toEqual([
    2,
    0,
    Number.POSITIVE_INFINITY
  ])
})
