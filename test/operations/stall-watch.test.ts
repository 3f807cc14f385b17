import { describe, expect, it } from 'vitest'
import { type StallWatch, watchForStall } from '../../src/operations/stall-watch.js'
import { FakeClock } from '../support/fake-clock.js'

function watching(more: Partial<StallWatch> = {}) {
  const clock = new FakeClock()
  const over = new AbortController()
  let stood = 0
  let verdict: boolean | undefined
  const watch = { clock, limit: 4000, since: () => 0, stoodStill: () => void stood++, ...more }
  const done = watchForStall(watch, over.signal).then((stalled) => {
    verdict = stalled
  })
  return { clock, over, done, verdict: () => verdict, stood: () => stood }
}

describe('a broker has stalled', () => {
  it('once it has not answered for as long as the limit, and not before', async () => {
    const { clock, verdict } = watching()
    await clock.advance(3999)
    expect(verdict()).toBeUndefined()
    await clock.advance(1)
    expect(verdict()).toBe(true)
  })

  it('not while nothing is awaited, and not before the limit is over from when something is', async () => {
    let since: number | undefined
    const { clock, verdict } = watching({ since: () => since })
    await clock.advance(60_000)
    since = clock.monotonic()
    await clock.advance(3999)
    expect(verdict()).toBeUndefined()
    await clock.advance(1)
    expect(verdict()).toBe(true)
  })

  it('not while messages of an open batch are answered', async () => {
    let settled = 0
    const { clock, verdict } = watching({ settled: () => settled })
    for (let i = 0; i < 10; i++) {
      settled++
      await clock.advance(1000)
    }
    expect(verdict()).toBeUndefined()
    await clock.advance(5000)
    expect(verdict()).toBe(true)
  })

  it('never without a limit', async () => {
    const { done, verdict } = watching({ limit: 0 })
    await done
    expect(verdict()).toBe(false)
  })

  it('not once the watch is over', async () => {
    const { clock, over, verdict } = watching()
    over.abort()
    await clock.advance(60_000)
    expect(verdict()).toBe(false)
  })
})

it('time for which the whole process was stopped is told, and is not time of the broker', async () => {
  let since = 0
  const { clock, verdict, stood } = watching({ since: () => since })
  clock.jump(3_600_000)
  since = clock.monotonic()
  await clock.advance(3999)
  expect(stood()).toBe(1)
  expect(verdict()).toBeUndefined()
})
