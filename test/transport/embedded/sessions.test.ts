import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/transport/embedded/broker-limits.js'
import { openMemoryTable } from '../../../src/transport/embedded/memory-table.js'
import { Sessions } from '../../../src/transport/embedded/sessions.js'
import type { StoredMessage } from '../../../src/transport/embedded/stored-message.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

const NEVER = 0xffffffff

function message(brokerCounter: number, topic: string): StoredMessage {
  const payload = Buffer.from(`${brokerCounter}`)
  return {
    cmd: 'publish',
    brokerId: 'tidings',
    brokerCounter,
    topic,
    payload,
    qos: 1,
    retain: false,
    dup: false
  }
}

async function countersQueued(sessions: Sessions, id: string): Promise<number[]> {
  const counters: number[] = []
  for await (const { brokerCounter } of sessions.queue(id)?.after(0) ?? []) counters.push(brokerCounter)
  return counters
}

test('a session whose time ran out while no broker ran is gone, with everything that it had', async () => {
  const table = openMemoryTable()
  const before = await Sessions.open(table, DEFAULT_LIMITS)
  for (const [id, expiry] of [
    ['short', 10],
    ['long', 1000],
    ['for ever', NEVER]
  ] as const) {
    before.arrived(id, expiry)
    before.subscribe(id, { topic: 'a', qos: 1 })
    before.left(id, expiry)
  }
  before.enqueue(message(1, 'a'))
  vi.advanceTimersByTime(11_000)
  const after = await Sessions.open(table, DEFAULT_LIMITS)
  expect(['short', 'long', 'for ever'].filter((id) => after.has(id))).toEqual(['long', 'for ever'])
  expect(after.queued).toBe(2)
  const left: string[] = []
  for await (const key of table.keys('')) left.push(key)
  expect(left.filter((key) => key.includes('short'))).toEqual([])
})

test('a session that was connected when the broker died lives from its next start on', async () => {
  const table = openMemoryTable()
  const before = await Sessions.open(table, DEFAULT_LIMITS)
  before.arrived('connected', 10)
  vi.advanceTimersByTime(60_000)
  expect((await Sessions.open(table, DEFAULT_LIMITS)).has('connected')).toBe(true)
})

test('queues come back in order, whatever the identifier holds', async () => {
  const table = openMemoryTable()
  const before = await Sessions.open(table, DEFAULT_LIMITS)
  const odd = ['a', 'a:b', 'a%3Ab', '__proto__', 'é/€', '']
  for (const id of odd) {
    before.arrived(id, NEVER)
    before.subscribe(id, { topic: `${id}/+`, qos: 1 })
  }
  for (let n = 1; n <= 12; n++) for (const id of odd) before.enqueue(message(n, `${id}/x`))
  const after = await Sessions.open(table, DEFAULT_LIMITS)
  for (const id of odd) {
    expect(await countersQueued(after, id)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1))
    expect(await after.subscriptions(id)).toEqual([{ topic: `${id}/+`, qos: 1 }])
  }
  expect(after.lastCounter).toBe(12)
})

test('a queue is bounded in messages and in bytes', async () => {
  const limits = { ...DEFAULT_LIMITS, queuedMessagesPerSession: 3, queuedBytesPerSession: 1000 }
  const sessions = await Sessions.open(openMemoryTable(), limits)
  sessions.arrived('id', NEVER)
  sessions.subscribe('id', { topic: '#', qos: 1 })
  for (let n = 1; n <= 5; n++) sessions.enqueue(message(n, 'a'))
  expect(await countersQueued(sessions, 'id')).toEqual([1, 2, 3])
  expect(sessions.dropped).toBe(2)
  sessions.queue('id')?.remove(1)
  sessions.enqueue({ ...message(6, 'a'), payload: Buffer.alloc(2000) })
  expect(await countersQueued(sessions, 'id')).toEqual([2, 3])
  sessions.enqueue(message(7, 'a'))
  expect(await countersQueued(sessions, 'id')).toEqual([2, 3, 7])
})
