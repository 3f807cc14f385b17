import { describe, expect, it } from 'vitest'
import { parseHistoryPosition, readHistoryPosition } from '../../src/core/history-position.js'

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
})
