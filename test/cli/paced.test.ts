import { describe, expect, it } from 'vitest'
import { paced } from '../../src/cli/paced.js'
import type { Message } from '../../src/core/message.js'
import { FakeClock, settle } from '../support/fake-clock.js'
import { textMessage } from '../support/memory-connection.js'

/** When each message went, in milliseconds since the first call. */
async function timesOf(
  stream: (clock: FakeClock) => AsyncIterable<readonly Message[]>,
  interval: number,
  milliseconds: number
): Promise<number[]> {
  const clock = new FakeClock()
  const began = clock.monotonic()
  const times: number[] = []
  const stop = new AbortController()
  const run = async () => {
    for await (const batch of paced(stream(clock), interval, clock, stop.signal))
      for (const _message of batch) times.push((clock.monotonic() - began) / 1000)
  }
  const running = run()
  await clock.advance(milliseconds)
  stop.abort()
  await running
  return times
}

const messages = (count: number) => Array.from({ length: count }, () => textMessage('a'))

describe('a stream at a pace', () => {
  it('is sent one by one, however many come at once', async () => {
    const stream = async function* () {
      yield messages(2)
      yield messages(2)
    }
    expect(await timesOf(stream, 100_000, 1000)).toEqual([0, 100, 200, 300])
  })

  it('does not catch up after a pause', async () => {
    const stream = async function* (clock: FakeClock) {
      yield messages(1)
      await clock.sleepUntil(clock.monotonic() + 5_000_000)
      yield messages(3)
    }
    expect(await timesOf(stream, 1_000_000, 10_000)).toEqual([0, 5000, 6000, 7000])
  })

  it('catches up what a timer was late by', async () => {
    const clock = new FakeClock()
    const times: number[] = []
    const stop = new AbortController()
    const stream = async function* () {
      yield messages(100)
    }
    const run = async () => {
      for await (const _batch of paced(stream(), 10_000, clock, stop.signal))
        times.push(clock.monotonic() / 1000)
    }
    const running = run()
    await settle()
    // Each timer wakes 4 ms too late.
    for (let due = 10; times.length < 20; due += 14) {
      clock.jump(due - clock.monotonic() / 1000)
      await settle()
    }
    stop.abort()
    clock.jump(1000)
    await running
    expect(times[19]).toBeLessThan(20 * 10 + 14)
  })

  it('sends together what is due within a millisecond', async () => {
    const stream = async function* () {
      yield messages(8)
    }
    expect(await timesOf(stream, 250, 10)).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
  })
})
