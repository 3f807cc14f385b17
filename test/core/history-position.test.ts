import { describe, expect, it } from 'vitest'
import {
  flagsOfPosition,
  parseHistoryPosition,
  readHistoryPosition,
  timeOfNumber
} from '../../src/core/history-position.js'

const NOW = 1_700_000_000_000_000

describe('a position in a history', () => {
  it.each([
    ['beginning', 'beginning'],
    ['latest', 'latest'],
    ['0', { offset: 0 }],
    ['1500', { offset: 1500 }],
    ['-10', { last: 10 }],
    ['-10m', { time: NOW - 600_000_000 }],
    ['-1h30m', { time: NOW - 5_400_000_000 }],
    ['2023-11-14T22:13:20Z', { time: NOW }],
    ['2023-11-14T23:13:20.5+01:00', { time: NOW + 500_000 }],
    ['2023-11-14T22:13:20', { time: NOW }],
    ['2023-11-14', { time: 1_699_920_000_000_000 }]
  ])('is %s', (text, position) => {
    expect(parseHistoryPosition(text, NOW)).toEqual(position)
  })

  it('is never before there were computers', () => {
    expect(parseHistoryPosition('-60d', 5)).toEqual({ time: 0 })
  })

  it.each(['', 'start', '1.5', '+5', '-', '--1', '10m', '9007199254740993', '2023-02-30', 'traffic.jsonl'])(
    'is not "%s"',
    (text) => {
      expect(readHistoryPosition(text, NOW)).toBeUndefined()
      expect(() => parseHistoryPosition(text, NOW)).toThrow(
        expect.objectContaining({ kind: 'usage', code: 'bad-position' })
      )
    }
  )

  it.each([
    ['earliest', 'beginning'],
    ['Smallest', 'beginning'],
    ['end', 'latest'],
    ['s@1700000000000', '2023-11-14T22:13:20Z']
  ])('in the words of another program, "%s", is told in ours', (text, ours) => {
    expect(() => parseHistoryPosition(text, NOW)).toThrow(
      expect.objectContaining({ code: 'bad-position', suggestion: `write it like this: --from ${ours}` })
    )
  })

  it.each(['s@5', 'constructor'])(
    'of which nothing is known, "%s", is told all that may be written',
    (text) => {
      expect(() => parseHistoryPosition(text, NOW)).toThrow(
        expect.objectContaining({ suggestion: expect.stringContaining('write beginning, latest, an offset') })
      )
    }
  )
})

describe('a number that plainly is a time', () => {
  it.each([
    [1_700_000_000, '2023-11-14T22:13:20Z'],
    [1_700_000_000_000, '2023-11-14T22:13:20Z'],
    [1_700_000_000_120, '2023-11-14T22:13:20.12Z'],
    [1500, undefined],
    [20_000_000_000, undefined]
  ])('%s is %s', (number, time) => {
    expect(timeOfNumber(number)).toBe(time)
    if (time !== undefined) expect(readHistoryPosition(time, NOW)).toHaveProperty('time')
  })
})

describe('what other programs take after -o', () => {
  it.each([
    ['beginning', '--from beginning'],
    ['end', '--from latest'],
    ['1500', '--from 1500'],
    ['-10', '--from -10'],
    ['s@1700000000000', '--from 2023-11-14T22:13:20Z'],
    ['s@5', '--from TIME'],
    ['e@1700000000000', `--until-end --where 'sourceTime < timestamp("2023-11-14T22:13:20Z")'`],
    ['stored', '--session NAME, which keeps the place of a reader']
  ])('"%s" is told in our flags', (text, flags) => {
    expect(flagsOfPosition(text)).toBe(flags)
  })

  it.each(['./end', 'end.jsonl', 'start', '2023-11-14', '-10m', 's@', 'x1500'])('"%s" is none', (text) => {
    expect(flagsOfPosition(text)).toBeUndefined()
  })
})
