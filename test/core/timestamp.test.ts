import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTimestamp, parseTimestamp } from '../../src/core/timestamp.js'

describe('a time', () => {
  it('comes back exactly from its text, to the microsecond, before and after 1970', () => {
    fc.assert(
      fc.property(fc.integer({ min: -6e16, max: 2.5e17 }), (time) => {
        expect(parseTimestamp(formatTimestamp(time))).toBe(time)
      })
    )
  })

  it.each([
    ['1970-01-01T00:00:01Z', 1_000_000],
    ['1970-01-01T00:01Z', 60_000_000],
    ['1970-01-01 00:00:01,5z', 1_500_000],
    ['1970-01-01T00:00:00.1234567Z', 123_456],
    ['1970-01-01T02:00:00+02:00', 0],
    ['1970-01-01T00:00:00-0130', 5_400_000_000],
    ['1970-01-01T01:00:00+01', 0],
    ['1970-01-01T24:00:00Z', 86_400_000_000],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29) * 1000]
  ])('is read from %s', (text, time) => {
    expect(parseTimestamp(text)).toBe(time)
  })

  it.each([
    '2023-02-29T00:00:00Z',
    '2023-04-31T00:00:00Z',
    '2023-01-01T25:00:00Z',
    '2023-01-01T00:60:00Z',
    '2023-13-01T00:00:00Z',
    '2023-01-01T00:00:00',
    '2023-01-01',
    '2023-1-1T0:0:0Z',
    ''
  ])('is not read from %s', (text) => {
    expect(parseTimestamp(text)).toBeUndefined()
  })
})
