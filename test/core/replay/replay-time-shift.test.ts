import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJsonPointer } from '../../../src/core/json/json-pointer.js'
import { findTimestamp, shiftTimestamps } from '../../../src/core/replay/replay-time-shift.js'

const HOUR = 3_600_000_000
const shift = (payload: string, delta: number, ...pointers: string[]) =>
  Buffer.from(
    shiftTimestamps(Buffer.from(payload), (pointers.length ? pointers : ['/t']).map(parseJsonPointer), delta)
  ).toString()

describe('moving timestamps in payloads', () => {
  test.each([
    ['"2026-11-23T23:30:00Z"', '"2026-11-24T00:30:00Z"'],
    ['"2026-11-23T23:30:00.5+01:00"', '"2026-11-24T00:30:00.5+01:00"'],
    ['"2024-02-28T23:59:59,123456789"', '"2024-02-29T00:59:59,123456789"'],
    ['"2026-11-23 10:00"', '"2026-11-23 11:00"'],
    ['1764000000', '1764003600'],
    ['1764000000.25', '1764003600.25'],
    ['1764000000123', '1764003600123'],
    ['1764000000123456', '1764003600123456'],
    ['1764000000123456789', '1764003600123456789'],
    ['100000000', '100003600'],
    ['"1700000000"', '"1700003600"'],
    ['"1700000000.250"', '"1700003600.250"'],
    ['"1700000000000"', '"1700003600000"'],
    ['"1700000000000000000"', '"1700003600000000000"']
  ])('%s becomes %s an hour later, written the same way', (before, after) => {
    expect(shift(`{"t":${before}}`, HOUR)).toBe(`{"t":${after}}`)
  })

  test.each([
    '31.50',
    '99999999',
    '-1764000000',
    '"yesterday"',
    '"2026-02-30T10:00:00Z"',
    '1e9',
    'true',
    'null',
    '{}',
    '"10:00"',
    '"17000000"',
    '"-1700000000"',
    '"1e12"',
    '"1700000000 "'
  ])('does not change %s', (value) => {
    expect(shift(`{"t":${value}}`, HOUR)).toBe(`{"t":${value}}`)
  })

  test('a string of digits keeps their number, and its quotes, when it is moved back', () => {
    expect(shift('{"t":"1000000000"}', -HOUR)).toBe('{"t":"0999996400"}')
    expect(shift('{"t":"100000000"}', -1e15)).toBe('{"t":"100000000"}')
    expect(findTimestamp(Buffer.from('{"t":"1700000000000"}'), [['t']])).toBe(1_700_000_000_000_000)
  })

  test('does not change payloads that are not JSON or have no value at the pointer', () => {
    for (const payload of ['{"t":1764000000', 'text', '{"other":1764000000}'])
      expect(shift(payload, HOUR)).toBe(payload)
  })

  test('changes no other byte, and moves the timestamp at every named place', () => {
    const payload =
      ' {"t" : 1764000000 ,\n"big":12345678901234567890, "x":[1.0,{"u":"2026-11-23T10:00:00Z"}]} '
    expect(shift(payload, HOUR, '/t', '/x/1/u')).toBe(
      ' {"t" : 1764003600 ,\n"big":12345678901234567890, "x":[1.0,{"u":"2026-11-23T11:00:00Z"}]} '
    )
  })

  test('keeps the distance of any two timestamps of one form, for any shift', () => {
    const time = fc.integer({ min: 1_000_000_000_000, max: 4_000_000_000_000 })
    fc.assert(
      fc.property(time, time, fc.integer({ min: 0, max: 1e15 }), (one, other, delta) => {
        for (const write of [
          (ms: number) => String(ms),
          (ms: number) => JSON.stringify(new Date(ms).toISOString()),
          (ms: number) => (ms / 1000).toFixed(3)
        ]) {
          const [a = 0, b = 0] = [one, other].map((ms) =>
            findTimestamp(Buffer.from(shift(`{"t":${write(ms)}}`, delta)), [['t']])
          )
          expect(b - a).toBe((other - one) * 1000)
        }
      }),
      { examples: [[3_999_999_999_994, 3_999_999_999_978, 734_533_623_117_500]] }
    )
  })

  test('reads the same moment from every form', () => {
    const moment = Date.UTC(2026, 10, 23, 10, 0, 0, 250) * 1000
    for (const text of [
      '"2026-11-23T10:00:00.25Z"',
      '"2026-11-23T12:30:00.250+02:30"',
      '1795428000.25',
      '1795428000250'
    ])
      expect(findTimestamp(Buffer.from(`{"t":${text}}`), [['t']])).toBe(moment)
  })
})
