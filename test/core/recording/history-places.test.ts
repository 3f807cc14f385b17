import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HistoryPlaces } from '../../../src/core/recording/history-places.js'

const SECOND = 1_000_000
const NOW = Date.UTC(2026, 10, 29) * 1000
const placesOf = (times: readonly (number | undefined)[], first?: number): number[] => {
  const places = new HistoryPlaces(first)
  return times.map((time) => places.place(time, NOW) - NOW)
}

describe('the places of a history', () => {
  it('are its source times', () => {
    expect(placesOf([NOW - 60 * SECOND, NOW - 30 * SECOND, NOW])).toEqual([-60 * SECOND, -30 * SECOND, 0])
  })

  it('stay where a time goes back, is missing or cannot be', () => {
    const times = [NOW - 60 * SECOND, NOW - 70 * SECOND, undefined, -1000, NOW + SECOND, NOW - SECOND]
    expect(placesOf(times)).toEqual([-60, -60, -60, -60, -60, -1].map((seconds) => seconds * SECOND))
  })

  it('are those of arrival where no message has a time', () => {
    expect(placesOf([undefined, -1, undefined])).toEqual([0, 0, 0])
  })

  it('begin behind what a recording has already, with the same pauses', () => {
    const first = NOW - 10 * SECOND
    expect(placesOf([NOW - 60 * SECOND, NOW - 55 * SECOND], first)).toEqual([-10 * SECOND, -5 * SECOND])
    expect(placesOf([NOW - 4 * SECOND], first)).toEqual([-4 * SECOND])
  })

  it('never decrease, and a recording can hold them, whatever the times are', () => {
    const times = fc.array(fc.option(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), { nil: undefined }))
    fc.assert(
      fc.property(times, (all) => {
        const places = placesOf(all)
        expect(places).toEqual([...places].sort((a, b) => a - b))
        expect((places.at(-1) ?? 0) - (places[0] ?? 0)).toBeLessThan(999_999_999_999_999)
      })
    )
  })
})
