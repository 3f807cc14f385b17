import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchLiveness } from '../../../src/transport/connecting/liveness-watch.js'

const INTERVAL = 30_000

describe('the watch over a connection', () => {
  let bytes = 0
  let isHolding = false
  let pings: number[] = []
  let deadAt: number | undefined
  let stop = () => {}

  beforeEach(() => {
    vi.useFakeTimers({ now: 0 })
    bytes = 0
    isHolding = false
    pings = []
    deadAt = undefined
    stop = watchLiveness({
      interval: INTERVAL,
      bytesRead: () => bytes,
      holding: () => isHolding,
      ping: () => pings.push(Date.now()),
      onDead: () => {
        deadAt = Date.now()
      }
    })
  })
  afterEach(() => {
    stop()
    vi.useRealTimers()
  })

  it('pings within each interval, and is content with the answers', () => {
    for (let second = 0; second < 600; second++) {
      const before = pings.length
      vi.advanceTimersByTime(1000)
      if (pings.length > before) bytes += 2
    }
    const gaps = pings.map((time, index) => time - (pings[index - 1] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(INTERVAL)
    expect(pings.length).toBeGreaterThanOrEqual(20)
    expect(deadAt).toBeUndefined()
  })

  it('notices silence after one and a half intervals and two seconds at most', () => {
    vi.advanceTimersByTime(10_000)
    bytes++
    vi.advanceTimersByTime(10 * INTERVAL)
    expect(deadAt).toBeGreaterThanOrEqual(10_000 + INTERVAL * 1.5)
    expect(deadAt).toBeLessThanOrEqual(10_000 + INTERVAL * 1.5 + 2000)
  })

  it('takes a large message that is still coming in for a sign of life', () => {
    for (let second = 0; second < 600; second++) {
      bytes += 1000
      vi.advanceTimersByTime(1000)
    }
    expect(deadAt).toBeUndefined()
  })

  it('waits as long as our side does not read, and pings all the same', () => {
    isHolding = true
    vi.advanceTimersByTime(20 * INTERVAL)
    expect(deadAt).toBeUndefined()
    expect(pings.length).toBeGreaterThanOrEqual(20)
    isHolding = false
    vi.advanceTimersByTime(2 * INTERVAL)
    expect(deadAt).toBeDefined()
  })

  it('gives a broker time to answer after this process stood still', () => {
    vi.setSystemTime(10 * INTERVAL)
    vi.advanceTimersByTime(1000)
    expect(deadAt).toBeUndefined()
  })

  it('does nothing any more once it is stopped', () => {
    stop()
    vi.advanceTimersByTime(10 * INTERVAL)
    expect([pings, deadAt]).toEqual([[], undefined])
    expect(vi.getTimerCount()).toBe(0)
  })
})
