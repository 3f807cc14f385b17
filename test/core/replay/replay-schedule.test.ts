import { describe, expect, test } from 'vitest'
import { ReplaySchedule } from '../../../src/core/replay/replay-schedule.js'

const S = 1_000_000

describe('the schedule of a replay', () => {
  test('computes each due time from the start, so that the millionth message has no more error than the first', () => {
    const schedule = new ReplaySchedule(3, 1000)
    expect(schedule.dueOf(3_000_000_000_000)).toBe(1000 + 1_000_000_000_000)
    expect(schedule.dueOf(3)).toBe(1001)
  })

  test('continues at the new speed from its position', () => {
    const schedule = new ReplaySchedule(1, 0)
    schedule.setSpeed(2, 10 * S)
    expect(schedule.positionAt(10 * S)).toBe(10 * S)
    expect(schedule.dueOf(20 * S)).toBe(15 * S)
    schedule.setSpeed(0.5, 15 * S)
    expect(schedule.dueOf(21 * S)).toBe(17 * S)
  })

  test('has nothing due while it is held, and continues where it stopped', () => {
    const schedule = new ReplaySchedule(1, 0)
    schedule.hold('pause', 10 * S)
    expect(schedule.dueOf(11 * S)).toBe(Number.POSITIVE_INFINITY)
    schedule.release('pause', 60 * S)
    expect(schedule.dueOf(11 * S)).toBe(61 * S)
  })

  test('an outage that ends does not end a pause', () => {
    const schedule = new ReplaySchedule(1, 0)
    schedule.hold('pause', S)
    schedule.hold('outage', 2 * S)
    schedule.release('outage', 3 * S)
    expect(schedule.held).toBe(true)
    schedule.release('pause', 4 * S)
    expect(schedule.dueOf(2 * S)).toBe(5 * S)
  })

  test('at infinite speed everything is due at once', () => {
    const schedule = new ReplaySchedule(Number.POSITIVE_INFINITY, 7)
    expect(schedule.dueOf(1e15)).toBe(7)
  })
})
