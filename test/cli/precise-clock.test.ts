import { expect, test } from 'vitest'
import { preciseClock } from '../../src/cli/precise-clock.js'

test('a sleep ends at its time and not before', async () => {
  for (const wait of [0, 100, 1500, 5000]) {
    const due = preciseClock.monotonic() + wait
    await preciseClock.sleepUntil(due)
    expect(preciseClock.monotonic()).toBeGreaterThanOrEqual(due)
  }
})

test('an endless sleep ends when it is aborted, and the next one still has an end', async () => {
  const stop = new AbortController()
  const sleeping = preciseClock.sleepUntil(Number.POSITIVE_INFINITY, stop.signal)
  stop.abort()
  await sleeping
  await preciseClock.sleepUntil(preciseClock.monotonic() + 3000)
})

test('sockets and timers go on during a sleep', async () => {
  let turns = 0
  const ticking = setInterval(() => turns++, 1)
  await preciseClock.sleepUntil(preciseClock.monotonic() + 1_000_000)
  clearInterval(ticking)
  expect(turns).toBeGreaterThan(1)
})
