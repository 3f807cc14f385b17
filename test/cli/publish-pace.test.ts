import { describe, expect, it } from 'vitest'
import { choosePayloadSource } from '../../src/cli/publish-source.js'
import { Publication } from '../../src/operations/publication.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryConnection } from '../support/memory-connection.js'
import { MemoryIo } from '../support/memory-io.js'
import { sourceParts } from '../support/source-parts.js'

/** Milliseconds from a message to its acknowledgement: that of a broker on another continent. */
const ROUND_TRIP = 200
const SECONDS = 2

/** When each message went to the broker, in milliseconds. */
async function timesOf(
  flags: { repeat?: number; lines?: boolean; rate: number },
  stdin = ''
): Promise<number[]> {
  const clock = new FakeClock()
  const io = Object.assign(new MemoryIo({ stdin }), { clock })
  const as = sourceParts()
  const none = {
    file: undefined,
    'key-delimiter': undefined,
    json: false,
    empty: false,
    null: false,
    encoding: undefined,
    every: undefined
  }
  const asked = { ...none, lines: flags.lines ?? false, repeat: flags.repeat, rate: flags.rate }
  const args = { channel: 'a', payload: flags.lines ? undefined : 'x' }
  const { messages } = await choosePayloadSource(args, asked, as, { io, warn: () => undefined })
  const connection = new MemoryConnection()
  const times: number[] = []
  connection.answer = async (batch) => {
    for (const _message of batch) times.push(clock.monotonic() / 1000)
    await clock.sleepUntil(clock.monotonic() + ROUND_TRIP * 1000)
    return { acknowledged: batch.length, refused: [], unacknowledged: 0 }
  }
  const limits = { drainTimeout: 1000, ackTimeout: 30_000 }
  const publication = new Publication({ connection, clock, stop: io.stop, ...limits })
  const running = publication.run(messages)
  await clock.advance((SECONDS + 1) * 1000)
  await running
  return times
}

describe('a rate is kept however long the broker takes to acknowledge', () => {
  it.each([10, 100, 500, 2000])('of %i a second, by a message that is repeated', async (rate) => {
    const times = await timesOf({ repeat: rate * SECONDS, rate })
    expect(times).toEqual(Array.from({ length: rate * SECONDS }, (_, at) => (at * 1000) / rate))
  })

  it.each([10, 100, 500, 2000])('of %i a second, by lines', async (rate) => {
    const times = await timesOf({ lines: true, rate }, 'x\n'.repeat(rate * SECONDS))
    // What is due within a millisecond goes together.
    const together = Math.max(1, rate / 1000)
    const due = (at: number) => (Math.floor(at / together) * together * 1000) / rate
    expect(times).toEqual(Array.from({ length: rate * SECONDS }, (_, at) => due(at)))
  })
})
