import { describe, expect, it } from 'vitest'
import { startReceiveClock } from '../../../src/transport/clock/receive-clock.js'

describe('the clock of received messages', () => {
  let wall = 1_000_000
  let monotonic = 10
  const clock = startReceiveClock(
    () => wall,
    () => monotonic
  )

  it('counts parts of a millisecond', () => {
    monotonic += 0.25
    expect(clock()).toBe(1_000_000_250)
  })

  it('follows the wall clock after the machine slept', () => {
    wall += 3_600_000
    expect(clock()).toBe(4_600_000_000)
  })

  it('never runs backwards', () => {
    wall -= 60_000
    expect(clock()).toBe(4_600_000_000)
  })
})
