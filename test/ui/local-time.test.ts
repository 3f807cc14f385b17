import { expect, it } from 'vitest'
import { formatDay, formatSourceTime, formatTimeOfDay } from '../../src/ui/local-time.js'

const at = (day: number, hour: number) => new Date(2026, 0, day, hour, 5, 9, 7).getTime() * 1000 + 999

it('a time is shown as the clock of the user shows it', () => {
  expect(formatTimeOfDay(at(2, 3))).toBe('03:05:09.007')
  expect(formatDay(at(2, 3))).toBe('2026-01-02')
})

it('when a message was published is shown with the day unless it was received on the same one', () => {
  expect(formatSourceTime(at(2, 3), at(2, 23))).toBe('03:05:09.007')
  expect(formatSourceTime(at(2, 3), at(3, 0))).toBe('2026-01-02 03:05:09.007')
  expect(formatSourceTime(at(2, 3), undefined)).toBe('2026-01-02 03:05:09.007')
})
