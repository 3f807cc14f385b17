import { describe, expect, it } from 'vitest'
import type { PublishReport } from '../../src/core/connection.js'
import { TidingsError } from '../../src/core/errors.js'
import { ReplayDelivery } from '../../src/operations/replay-delivery.js'
import { settle } from '../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../support/memory-connection.js'

function delivering() {
  const connection = new MemoryConnection()
  const reports: ((report: PublishReport) => void)[] = []
  connection.answer = () => new Promise((resolve) => reports.push(resolve))
  let time = 0
  let changes = 0
  const delivery = new ReplayDelivery(
    connection,
    () => time,
    () => changes++
  )
  const report = async (more: Partial<PublishReport> = {}) => {
    reports.shift()?.({ acknowledged: 0, refused: [], unacknowledged: 0, ...more })
    await settle()
  }
  const at = (now: number) => {
    time = now
  }
  return { connection, delivery, report, at, changes: () => changes }
}
const batchOf = (count: number) => Array.from({ length: count }, () => textMessage('a'))

describe('messages that are handed over', () => {
  it('are counted by what becomes of them, and the first refusal is kept', async () => {
    const { delivery, report, changes } = delivering()
    delivery.send(batchOf(3), 30)
    delivery.send(batchOf(2), 20)
    expect([delivery.open, delivery.counts.sent]).toEqual([5, 5])
    const refusal = { index: 0, reason: 'no', code: 'publish-refused' }
    await report({ acknowledged: 2, unassured: 1, refused: [refusal] })
    await report({ unacknowledged: 2, refused: [] })
    expect(delivery.counts).toEqual({
      sent: 5,
      answered: 3,
      acknowledged: 2,
      unassured: 1,
      unheard: 0,
      refused: 1,
      unacknowledged: 2,
      refusal
    })
    expect([delivery.open, changes()]).toEqual([0, 2])
  })

  it.each([
    ['messages', 4096, 10],
    ['bytes', 1, 8 * 1024 * 1024]
  ])('have no room while too many %s are open', async (_what, count, bytes) => {
    const { delivery, report } = delivering()
    expect(delivery.hasRoom).toBe(true)
    delivery.send(batchOf(count), bytes)
    expect(delivery.hasRoom).toBe(false)
    await report({ acknowledged: count })
    expect(delivery.hasRoom).toBe(true)
  })
})

describe('the last progress', () => {
  it('is the last report, or since when something is open', async () => {
    const { delivery, report, at } = delivering()
    at(5)
    delivery.send(batchOf(1), 1)
    at(6)
    delivery.send(batchOf(1), 1)
    expect(delivery.lastProgress).toBe(5)
    at(9)
    await report({ acknowledged: 1 })
    expect(delivery.lastProgress).toBe(9)
  })
})

it('a connection that ends for good is told, and why', async () => {
  const { connection, delivery, changes } = delivering()
  const failure = new TidingsError('unfinished', 'lost', { code: 'connection-lost' })
  connection.end(failure)
  await settle()
  expect([delivery.ended, delivery.failure, changes()]).toEqual([true, failure, 1])
})
