import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ReadingEnd, type WatchedConsumer } from '../../../src/transport/amqp/reading-end.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A consumer that finds the same at each look. */
function consumer(found: { ready: number; isIdle: boolean; hasDelivered?: boolean; isAtRest?: boolean }) {
  const looks = { count: 0 }
  const watched: WatchedConsumer = {
    isAtRest: found.isAtRest ?? true,
    hasDelivered: found.hasDelivered ?? true,
    look: async () => {
      looks.count++
      return found
    }
  }
  return { looks, watched }
}

function reading(ready: number, isStream: boolean) {
  const end = new ReadingEnd()
  const state = { isReached: false }
  void end.reached.then(() => {
    state.isReached = true
  })
  end.begin(ready, isStream)
  return { end, state, stop: new AbortController() }
}

const soon = () => vi.advanceTimersByTimeAsync(0)

it('all that a queue held is taken', async () => {
  const { end, state } = reading(3, false)
  end.taken(2, undefined)
  await soon()
  expect(state.isReached).toBe(false)
  end.taken(1, undefined)
  await soon()
  expect(state.isReached).toBe(true)
})

it('what comes again after a loss is waited for, although as many were taken', async () => {
  const { end, state } = reading(10, false)
  end.taken(6, undefined)
  end.begin(10, false)
  end.taken(6, undefined)
  await soon()
  expect(state.isReached).toBe(false)
  end.taken(4, undefined)
  await soon()
  expect(state.isReached).toBe(true)
})

it('others have taken the rest of a queue: two looks find nothing', async () => {
  const { end, state, stop } = reading(10, false)
  const { looks, watched } = consumer({ ready: 0, isIdle: true })
  void end.watch(watched, stop.signal)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(state.isReached).toBe(true)
  expect(looks.count).toBe(2)
})

it.each([
  { ready: 1, isIdle: true },
  { ready: 0, isIdle: false },
  { ready: 0, isIdle: true, isAtRest: false }
])('there is more to come: %j', async (found) => {
  const { end, state, stop } = reading(10, false)
  void end.watch(consumer(found).watched, stop.signal)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(state.isReached).toBe(false)
  stop.abort()
})

it('a stream has shown all before the first newer message, although more comes without a pause', async () => {
  const { end, state, stop } = reading(0, true)
  void end.watch(consumer({ ready: 0, isIdle: false }).watched, stop.signal)
  end.taken(5, 4)
  end.setEdge(6)
  await soon()
  expect(state.isReached).toBe(false)
  end.taken(1, 5)
  await soon()
  expect(state.isReached).toBe(true)
})

it('the first newer message of a stream may be told after it was taken', async () => {
  const { end, state } = reading(0, true)
  end.taken(9, 8)
  end.setEdge(6)
  await soon()
  expect(state.isReached).toBe(true)
})

it.each([
  [true, 2],
  [false, 10]
])(
  'nothing more comes of a stream that has sent something (%s): %i looks',
  async (hasDelivered, expected) => {
    const { end, state, stop } = reading(7, true)
    const { looks, watched } = consumer({ ready: 7, isIdle: true, hasDelivered })
    void end.watch(watched, stop.signal)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(state.isReached).toBe(true)
    expect(looks.count).toBe(expected)
  }
)
