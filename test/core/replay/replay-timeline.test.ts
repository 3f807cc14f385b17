import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ReplayTimeline } from '../../../src/core/replay/replay-timeline.js'

const S = 1_000_000

describe('the timeline of a replay', () => {
  test('keeps every distance between messages exactly, for any number of messages', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000_000), { minLength: 1 }), (gaps) => {
        const timeline = new ReplayTimeline()
        let position = 1_800_000_000_000_000
        const begin = position
        for (const gap of gaps) {
          expect(timeline.place(position)).toBe(position - begin)
          position += gap
        }
      })
    )
  })

  test('cuts gaps that are longer than the greatest gap, and keeps shorter ones', () => {
    const timeline = new ReplayTimeline(5 * S)
    expect([0, 3 * S, 63 * S, 64 * S].map((at) => timeline.place(at))).toEqual([0, 3 * S, 8 * S, 9 * S])
  })

  test('begins another round after the gap between rounds, which is cut like any gap', () => {
    const timeline = new ReplayTimeline(5 * S)
    timeline.place(100 * S)
    timeline.place(101 * S)
    timeline.startRound(2 * S)
    expect(timeline.place(100 * S)).toBe(3 * S)
    timeline.startRound(60 * S)
    expect(timeline.place(100 * S)).toBe(8 * S)
  })
})
