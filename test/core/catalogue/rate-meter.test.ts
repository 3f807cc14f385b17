import { describe, expect, it } from 'vitest'
import { ByteSlab } from '../../../src/core/catalogue/byte-slab.js'
import { RateMeter } from '../../../src/core/catalogue/rate-meter.js'

const SECOND = 1_000_000

function meterOf(...seconds: number[]): RateMeter {
  const meter = new RateMeter(new ByteSlab())
  for (const second of seconds) meter.add(second * SECOND)
  return meter
}

describe('events', () => {
  it('are counted in the current second and in those before it', () => {
    const meter = meterOf(10, 10.5, 11, 12)
    expect(meter.recent(12.9 * SECOND, 1)).toBe(2)
    expect(meter.recent(12.9 * SECOND, 2)).toBe(4)
    expect(meter.recent(20 * SECOND, 5)).toBe(0)
  })

  it('are shown by the second, without the one that is not over', () => {
    expect(meterOf(10, 10.5, 12, 13).samples(13.5 * SECOND, 4)).toEqual([0, 2, 0, 1])
    expect(meterOf(1).samples(SECOND, 100)).toHaveLength(60)
  })

  it('of a second that comes later than others count in their own, and those of a minute ago no more', () => {
    const meter = meterOf(10, 12, 11, 11)
    expect(meter.samples(13 * SECOND, 3)).toEqual([1, 2, 1])
    meter.add(100 * SECOND)
    meter.add(12 * SECOND)
    expect(meter.recent(100 * SECOND, 60)).toBe(1)
  })

  it('of long ago do not come back after a silence', () => {
    const meter = meterOf(0, 1, 2)
    meter.add(65 * SECOND)
    expect(meter.samples(66 * SECOND, 60).reduce((sum, count) => sum + count, 0)).toBe(1)
  })
})

it('counts as many events in a second as there are', () => {
  const meter = new RateMeter(new ByteSlab())
  for (const [second, count] of [255, 256, 70_000, 1].entries())
    for (let i = 0; i < count; i++) meter.add(second * 1_000_000)
  expect(meter.samples(4_000_000, 4)).toEqual([255, 256, 70_000, 1])
  expect(meter.recent(4_000_000, 9)).toBe(255 + 256 + 70_000 + 1)
})

it('has copies that stay as it was', () => {
  for (const count of [3, 300]) {
    const meter = meterOf(1, ...new Array<number>(count).fill(2))
    const copy = meter.copy(new ByteSlab())
    for (let i = 0; i < 400; i++) meter.add(2 * SECOND)
    expect(copy.samples(3 * SECOND, 2)).toEqual([1, count])
    copy.add(2 * SECOND)
    expect(meter.samples(3 * SECOND, 2)).toEqual([1, count + 400])
  }
})
