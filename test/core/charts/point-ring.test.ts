import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MOST_POINTS, PointRing } from '../../../src/core/charts/point-ring.js'

const SECOND = 1_000_000
const ALWAYS = Number.NEGATIVE_INFINITY

describe('a ring of points', () => {
  it('takes the values of one stretch of time together, with the least, the most and the mean', () => {
    const ring = new PointRing(SECOND, 'double')
    ring.add(0, 3)
    ring.add(900_000, 1)
    ring.add(SECOND, 7)
    expect(ring.since(ALWAYS)).toEqual([
      { time: 900_000, min: 1, max: 3, mean: 2, count: 2 },
      { time: SECOND, min: 7, max: 7, mean: 7, count: 1 }
    ])
    expect(ring.since(SECOND)).toHaveLength(1)
  })

  it('doubles the stretch when it is full, and goes on from the beginning', () => {
    const ring = new PointRing(SECOND, 'double')
    for (let second = 0; second < 24 * 3600; second++) ring.add(second * SECOND, second)
    const points = ring.since(ALWAYS)
    expect(points.length).toBeLessThanOrEqual(MOST_POINTS)
    expect(points.length).toBeGreaterThan(MOST_POINTS / 3)
    expect(points[0]?.min).toBe(0)
    expect(points.at(-1)?.max).toBe(24 * 3600 - 1)
  })

  it('forgets the oldest when it is full, if it is told so', () => {
    const ring = new PointRing(SECOND, 'forget')
    for (let second = 0; second < 1000; second++) ring.add(second * SECOND, second)
    expect(ring.since(ALWAYS).map(({ mean }) => mean)).toEqual(
      Array.from({ length: MOST_POINTS }, (_, at) => 1000 - MOST_POINTS + at)
    )
  })

  it('keeps every value of a slow channel as a point of its own, however long it takes', () => {
    const ring = new PointRing(SECOND, 'double')
    for (let hour = 0; hour < 200; hour++) ring.add(hour * 3600 * SECOND, hour)
    expect(ring.since(ALWAYS)).toHaveLength(200)
  })

  it('loses no value, and no extreme, whatever comes when', () => {
    const steps = fc.array(
      fc.tuple(
        fc.integer({ min: -10 * SECOND, max: 4000 * SECOND }),
        fc.double({ noNaN: true, noDefaultInfinity: true })
      ),
      { minLength: 1, maxLength: 1500 }
    )
    fc.assert(
      fc.property(steps, (all) => {
        const ring = new PointRing(SECOND, 'double')
        let time = 1_700_000_000 * SECOND
        for (const [step, value] of all) {
          time += step
          ring.add(time, value)
        }
        const points = ring.since(ALWAYS)
        expect(points.length).toBeLessThanOrEqual(MOST_POINTS)
        expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(all.length)
        expect(Math.min(...points.map(({ min }) => min))).toBe(Math.min(...all.map(([, value]) => value)))
        expect(Math.max(...points.map(({ max }) => max))).toBe(Math.max(...all.map(([, value]) => value)))
        for (const [index, { time: at, min, max, mean }] of points.entries()) {
          expect(at).toBeGreaterThanOrEqual(points[index - 1]?.time ?? 0)
          const slack = Math.max(Math.abs(min), Math.abs(max)) * 1e-9
          expect(mean).toBeGreaterThanOrEqual(min - slack)
          expect(mean).toBeLessThanOrEqual(max + slack)
        }
      }),
      { numRuns: 50 }
    )
  })

  it('has a copy that stays as it was', () => {
    const ring = new PointRing(SECOND, 'double')
    ring.add(0, 1)
    const copy = ring.copy()
    ring.add(100, 2)
    expect(copy.since(ALWAYS)).toMatchObject([{ count: 1, max: 1 }])
  })
})
