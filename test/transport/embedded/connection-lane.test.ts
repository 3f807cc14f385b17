import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { ConnectionLane } from '../../../src/transport/embedded/connection-lane.js'

function connections(count: number) {
  return Array.from({ length: count }, () => new PassThrough())
}

test('a new connection takes the place of the oldest one that has not been let in', () => {
  const lane = new ConnectionLane(3)
  const [first, second, third, fourth] = connections(4) as [
    PassThrough,
    PassThrough,
    PassThrough,
    PassThrough
  ]
  for (const socket of [first, second, third]) expect(lane.admit(socket, socket)).toBe(true)
  lane.connected(first)
  expect(lane.admit(fourth, fourth)).toBe(true)
  expect([first, second, third, fourth].map(({ destroyed }) => destroyed)).toEqual([
    false,
    true,
    false,
    false
  ])
})

test('nobody who has been let in goes for a new connection, which is closed', async () => {
  const lane = new ConnectionLane(1)
  const [first, second, third] = connections(3) as [PassThrough, PassThrough, PassThrough]
  lane.admit(first, first)
  lane.connected(first)
  expect([lane.admit(second, second), second.destroyed, first.destroyed]).toEqual([false, true, false])
  const closed = new Promise((resolve) => first.once('close', resolve))
  first.destroy()
  await closed
  expect(lane.admit(third, third)).toBe(true)
})
