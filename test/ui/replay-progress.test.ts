import { describe, expect, test } from 'vitest'
import { formatReplayBar, formatReplayLine, type ReplayStanding } from '../../src/ui/replay-progress.js'

const S = 1_000_000
const standing: ReplayStanding = {
  acknowledged: 1200,
  position: 30 * S,
  total: 120 * S,
  round: 1,
  rounds: 1,
  speed: 2,
  lag: 400,
  paused: false,
  outage: false,
  rate: 40
}

describe('the bar of a replay', () => {
  test('shows position, speed, rate, lag and remaining time', () => {
    expect(formatReplayBar(standing, 200)).toBe(
      '[=====               ]  30 s of 2m  ×2  1,200 acknowledged  40/s  lag 0.4 ms  45 s left  space pause  n next  +/- speed  ←/→ 10 s  q stop'
    )
  })

  test('fits into a narrow terminal, what matters most first', () => {
    const bar = formatReplayBar(standing, 60)
    expect(bar.length).toBeLessThan(60)
    expect(bar).toContain('30 s of 2m  ×2')
  })

  test('says that it is paused, or waits for the broker', () => {
    expect(formatReplayBar({ ...standing, paused: true }, 200)).toContain('  paused  ')
    expect(formatReplayBar({ ...standing, paused: true, outage: true }, 200)).toContain(
      '  waiting for the broker  '
    )
  })

  test('does without a length that is not known, and counts rounds', () => {
    const bar = formatReplayBar({ ...standing, total: undefined, round: 2, rounds: 3 }, 200)
    expect(bar).toMatch(/^30 s {2}×2/)
    expect(bar).toContain('round 2 of 3')
    expect(formatReplayBar({ ...standing, rounds: Number.POSITIVE_INFINITY }, 200)).toContain('round 1  ')
  })
})

test('the line for a log says the same without the keys', () => {
  expect(formatReplayLine(standing)).toBe(
    'Replaying: 30 s of 2m, 1,200 acknowledged, 40/s, lag 0.4 ms, 45 s left'
  )
})
