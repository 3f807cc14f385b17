import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BackOff, pause } from '../../../src/transport/connecting/back-off.js'

/** The longest that each pause may be, in milliseconds; none is shorter than half of that. */
const LONGEST = [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]

describe('the pauses between attempts to connect', () => {
  it('double from a quarter of a second to ten seconds, and begin anew after a success', () => {
    for (let client = 0; client < 200; client++) {
      const backOff = new BackOff()
      for (const longest of LONGEST) {
        const next = backOff.next()
        expect(next).toBeGreaterThanOrEqual(longest / 2)
        expect(next).toBeLessThanOrEqual(longest)
      }
      backOff.reset()
      expect(backOff.next()).toBeLessThanOrEqual(250)
    }
  })

  it('differ between clients that lost their broker at the same moment', () => {
    const pauses = Array.from({ length: 100 }, () => new BackOff().next())
    expect(new Set(pauses).size).toBeGreaterThan(90)
  })
})

describe('a pause', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** Whether a pause is over. */
  const watch = (pausing: Promise<void>) => {
    const state = { isOver: false }
    void pausing.then(() => {
      state.isOver = true
    })
    return state
  }

  it('lasts as long as it is to', async () => {
    const state = watch(pause(1000, new AbortController().signal))
    await vi.advanceTimersByTimeAsync(999)
    expect(state.isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(state.isOver).toBe(true)
  })

  it('ends when the user stops the command, and leaves no timer that keeps the process alive', async () => {
    const stop = new AbortController()
    const state = watch(pause(1000, stop.signal))
    stop.abort()
    await vi.advanceTimersByTimeAsync(0)
    expect([state.isOver, vi.getTimerCount()]).toEqual([true, 0])
    const next = watch(pause(1000, stop.signal))
    await vi.advanceTimersByTimeAsync(0)
    expect([next.isOver, vi.getTimerCount()]).toEqual([true, 0])
  })
})
