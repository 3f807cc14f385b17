import { describe, expect, it } from 'vitest'
import { NumberTrend } from '../../../src/core/charts/number-trend.js'

const SECOND = 1_000_000
const MINUTE = 60 * SECOND

function trendOf(values: readonly number[], step = SECOND): NumberTrend {
  const trend = new NumberTrend()
  for (const [at, value] of values.entries()) trend.add(at * step, value)
  return trend
}

describe('a number over time', () => {
  it('reaches from its first value to its last, whatever the rate', () => {
    // Half an hour at 1000 messages a second.
    const trend = new NumberTrend()
    for (let at = 0; at < 1_800_000; at++) trend.add(at * 1000, at === 900_000 ? -5 : at)
    const points = trend.points()
    expect(points.length).toBeGreaterThan(80)
    expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(1_800_000)
    expect(Math.min(...points.map(({ min }) => min))).toBe(-5)
  })

  it('has fine points for the last minutes, and coarser ones for the last hour', () => {
    const trend = trendOf(Array.from({ length: 6 * 3600 }, (_, at) => at))
    expect(trend.points(MINUTE)).toHaveLength(61)
    expect(trend.points(60 * MINUTE).length).toBeGreaterThan(200)
    expect(trend.points().length).toBeGreaterThan(100)
    expect(trend.points()[0]?.min).toBe(0)
  })

  it('shows all of it with its finest points while these have lost nothing', () => {
    expect(trendOf(Array.from({ length: 240 }, (_, at) => at)).points()).toHaveLength(240)
  })

  it('moves as much as its range, in relation to its size', () => {
    expect(trendOf([7, 7]).movement).toBe(0)
    expect(trendOf([100, 90]).movement).toBeCloseTo(0.1)
    expect(trendOf([-1, 1, -1]).movement).toBe(2)
    expect(trendOf([1e308, -1e308]).movement).toBe(2)
  })

  it('moves less than any other if it is a switch, or has only ever risen', () => {
    const least = trendOf([100, 98]).movement
    expect(trendOf([0, 1, 0, 1]).movement).toBeLessThan(least)
    expect(trendOf([1, 2, 300, 4000]).movement).toBeLessThan(least)
    expect(trendOf([1, 2, 300, 4000]).movement).toBeGreaterThan(0)
  })
})
