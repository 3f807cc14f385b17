import { describe, expect, it } from 'vitest'
import { locateReplayPoint, parseReplayPoint } from '../../../src/core/replay/replay-window.js'

const NOON = Date.UTC(2026, 10, 23, 12) * 1000

describe('a point of a recording', () => {
  it.each([
    ['+1m30s', NOON + 90_000_000],
    ['+0.5', NOON + 500_000],
    ['2026-11-23T19:05:01Z', Date.UTC(2026, 10, 23, 19, 5, 1) * 1000],
    ['2026-11-23T19:05:01', Date.UTC(2026, 10, 23, 19, 5, 1) * 1000],
    ['2026-11-23T19:05:01+02:00', Date.UTC(2026, 10, 23, 17, 5, 1) * 1000],
    ['2026-11-24', Date.UTC(2026, 10, 24) * 1000],
    // On the day on which the recording begins.
    ['19:05', Date.UTC(2026, 10, 23, 19, 5) * 1000],
    ['19:05:01.5', Date.UTC(2026, 10, 23, 19, 5, 1, 500) * 1000]
  ])('%s', (text, time) => {
    expect(locateReplayPoint(parseReplayPoint(text), NOON)).toBe(time)
  })

  it.each(['', 'noon', '25:00', '19:5', '2026-02-30', '19:05Z'])('is not %j', (text) => {
    expect(() => parseReplayPoint(text)).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'bad-replay-point' })
    )
  })

  it('is not an offset that is no duration', () => {
    expect(() => parseReplayPoint('+soon')).toThrow(expect.objectContaining({ kind: 'usage' }))
  })
})
